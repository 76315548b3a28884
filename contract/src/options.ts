import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

export interface Options {
  readonly seed: number
  /** Most cases that one phase makes for one operation. */
  readonly maxExamples: number
  /** Fewest requests that a run must have made to count. */
  readonly minRequests: number
}

/** The seed of every change's run, so that it finds what it found before. */
const PINNED_SEED = 20_260_115

/** `--seed N|random`, `--examples N`. Throws on anything else. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string' }, examples: { type: 'string', default: '80' } },
  })
  const seed = values.seed === 'random' ? randomInt(2 ** 31) : Number(values.seed ?? PINNED_SEED)
  const maxExamples = Number(values.examples)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed takes a whole number or "random"')
  if (!Number.isSafeInteger(maxExamples) || maxExamples < 1)
    throw new Error('--examples takes a whole number')
  return { seed, maxExamples, minRequests: 2_000 }
}
