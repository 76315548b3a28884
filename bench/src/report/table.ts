import type { Spread } from '../measure/statistics.js'

/** A Markdown table: the first row is the head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A figure with the digits that it can carry: whole above 100, else up to `digits` decimals. */
export function figure(value: number, digits = 1): string {
  if (Number.isNaN(value)) return '–'
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(digits)
}

/** `min / median / max`, or the one value where all are the same. */
export function spreadText({ min, median, max }: Spread, digits = 1): string {
  if (min === max) return figure(median, digits)
  return [min, median, max].map((value) => figure(value, digits)).join(' / ')
}

/** Whether a goal is met, in a word that can be searched for. */
export function verdict(met: boolean): string {
  return met ? 'met' : 'MISSED'
}
