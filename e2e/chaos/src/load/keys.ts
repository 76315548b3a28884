import { CANARY } from './load-settings.js'

/** A key has 16 characters at least, however short the seed is. */
const DIGITS = 6

/** The idempotency key of one operation: no two runs share one, and it must never be logged. */
export function keyOf(seed: string, number: number | string): string {
  return `${CANARY}-key-${seed}-${String(number).padStart(DIGITS, '0')}`
}
