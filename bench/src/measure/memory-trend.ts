import { median, slope } from './statistics.js'

export interface MemoryTrend {
  readonly maxMiB: number
  /** Medians of the first and of the last fifth of the run. */
  readonly earlyMiB: number
  readonly lateMiB: number
  /** Slope of a straight line through the second half, when caches are full and code is compiled. */
  readonly growthMiBPer100k: number
}

/** Sums up samples of resident memory in the order of time; `orders` is how many had been sent by then. */
export function memoryTrend(
  samples: readonly { readonly orders: number; readonly mib: number }[],
): MemoryTrend {
  const fifth = Math.max(1, Math.floor(samples.length / 5))
  const half = samples.slice(samples.length >> 1)
  return {
    maxMiB: Math.max(...samples.map(({ mib }) => mib)),
    earlyMiB: median(samples.slice(0, fifth).map(({ mib }) => mib)),
    lateMiB: median(samples.slice(-fifth).map(({ mib }) => mib)),
    growthMiBPer100k: slope(half.map(({ orders, mib }) => [orders, mib] as const)) * 100_000,
  }
}
