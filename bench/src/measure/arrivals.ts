/** Uniform numbers in [0, 1) that a seed fixes (mulberry32), so that two runs meet the same load. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Instants of a Poisson process, in ms from its start: independent customers, so bursts and gaps included. Fixed by the
 * seed before the run: an open loop sends at these instants whether or not the answers keep up.
 */
export function poissonSchedule(options: {
  readonly ratePerSecond: number
  readonly count: number
  readonly seed: number
}): Float64Array {
  const random = seededRandom(options.seed)
  const schedule = new Float64Array(options.count)
  let at = 0
  for (let index = 0; index < options.count; index++) {
    at += (-Math.log(1 - random()) / options.ratePerSecond) * 1_000
    schedule[index] = at
  }
  return schedule
}
