export interface Quantiles {
  readonly p50: number
  readonly p99: number
}

/** The values at most half and 99 % of which lie below, in whole ms; 0 without values. */
export function quantiles(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  return { p50: at(0.5), p99: at(0.99) }
}
