/** Gap between the highest rate that held and the lowest that did not at which the search is over, in orders/s. */
export const SEARCH_STEP = 40

/**
 * Bisects for the highest rate that `holds`, between `from` (tried first) and `to`. Resolves with 0 when not even
 * `from` holds. Tries each rate once: a caller who publishes the result confirms it.
 */
export async function highestRate(
  from: number,
  to: number,
  holds: (ratePerSecond: number) => Promise<boolean>,
): Promise<number> {
  if (!(await holds(from))) return 0
  if (to <= from || (await holds(to))) return Math.max(from, to)
  let held = from
  let failed = to
  while (failed - held > SEARCH_STEP) {
    const rate = Math.round((held + failed) / 20) * 10
    if (await holds(rate)) held = rate
    else failed = rate
  }
  return held
}
