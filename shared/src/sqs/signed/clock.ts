import { SqsCallError } from './sqs-call-error.js'

/** AWS takes signatures that are up to so much older or younger than its own clock. */
const TOLERANCE_MS = 300_000

/**
 * Looks whether a call may have failed because this machine's clock is wrong. Then it marks the error as one that another
 * attempt helps against, as the SDK does, and returns the new offset to the queue's clock in ms, else the old one.
 */
export function correctClock(error: unknown, date: string | undefined, offsetMs: number): number {
  if (date === undefined || !(error instanceof SqsCallError)) return offsetMs
  const offset = Date.parse(date) - Date.now()
  if (!(Math.abs(offset - offsetMs) >= TOLERANCE_MS)) return offsetMs
  error.$metadata.clockSkewCorrected = true
  return offset
}
