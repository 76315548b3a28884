/**
 * Waiting times between the attempts of one delivery, in seconds: from seconds to hours, three days in all. Mail
 * servers that list grey ask for minutes, full mailboxes for days (RFC 5321 section 4.5.4.1 gives up after 4 to 5 days).
 */
export const RETRY_DELAYS_SECONDS = [
  5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 43_200, 57_600, 57_600,
] as const

/** Spread of the waiting times: from 80 to 120 per cent, so that what failed together is not tried together again. */
const JITTER = 0.2

/**
 * How long to wait after the failed attempt number `attempts` (the first is 1), or undefined when that was the last
 * one. `random` is from 0 to below 1.
 */
export function retryDelaySeconds(attempts: number, random: number): number | undefined {
  const delay = RETRY_DELAYS_SECONDS[attempts - 1]
  return delay === undefined ? undefined : delay * (1 - JITTER + 2 * JITTER * random)
}
