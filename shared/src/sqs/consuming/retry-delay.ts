/** A message may stay invisible for 12 h from its receive (AWS SQS quotas). */
const MOST_INVISIBLE_SECONDS = 12 * 3_600

/**
 * Backoff in whole seconds before the next receive of a message: full jitter over a ceiling that doubles by receive
 * count. At least one second, since a retry at once only burns receive counts.
 */
export function backoffDelay(
  receiveCount: number,
  { first, max }: { readonly first: number; readonly max: number },
  random: () => number,
): number {
  const ceiling = Math.min(max, first * 2 ** Math.max(0, receiveCount - 1))
  return Math.max(1, Math.ceil(random() * ceiling))
}

/** Cuts a delay to what SQS takes for a message that has been in hand for `heldMs`. */
export function legalDelay(seconds: number, heldMs: number): number {
  const left = MOST_INVISIBLE_SECONDS - Math.ceil(heldMs / 1_000) - 1
  return Math.max(0, Math.min(Math.ceil(seconds), left))
}
