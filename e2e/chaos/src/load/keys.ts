import { CANARY } from './load-settings.js'

/** The idempotency key of one operation: no two runs share one, and it must never be logged. */
export function keyOf(seed: string, number: number | string): string {
  return `${CANARY}-key-${seed}-${number}`
}
