/**
 * Items per second that the lanes are sized for. K lanes of n entries carry K * n / round trip, so 10,000/s with ten
 * entries a call needs one lane per millisecond of round trip. More lanes would only mean emptier batches.
 */
const ITEMS_PER_SECOND = 10_000

/** How long a smallest round trip counts: long enough to meet a quiet moment, short enough to follow a moved queue. */
const WINDOW_MS = 10_000

/** Follows the round trip and says how many lanes it takes. */
export interface LaneCount {
  readonly current: number
  /** The smallest of the last ten to twenty seconds, in ms; Infinity before the first. */
  readonly roundTripMs: number
  /** A departure that reached its goal took `durationMs` and ended at `nowMs` (monotonic). */
  observe(durationMs: number, nowMs: number): void
}

/**
 * Sizes the lanes from the smallest round trip of the last ten to twenty seconds. The smallest, because a busy process
 * measures its own queueing in all others: with the mean, more load would open more lanes, and those add more load.
 */
export function createLaneCount(bounds: {
  readonly min: number
  readonly max: number
  readonly maxEntries: number
}): LaneCount {
  const { min, max, maxEntries } = bounds
  let count = min
  let windowStart = -Infinity
  let smallest = Infinity
  let smallestBefore = Infinity
  const roundTripMs = () => Math.min(smallest, smallestBefore)

  return {
    get current() {
      return count
    },
    get roundTripMs() {
      return roundTripMs()
    },
    observe(durationMs, nowMs) {
      if (nowMs - windowStart > WINDOW_MS) {
        smallestBefore = nowMs - windowStart > 2 * WINDOW_MS ? Infinity : smallest
        smallest = Infinity
        windowStart = nowMs
      }
      if (durationMs < smallest) smallest = durationMs
      const wanted = Math.ceil((roundTripMs() / 1_000) * (ITEMS_PER_SECOND / maxEntries))
      count = Math.min(max, Math.max(min, wanted))
    },
  }
}
