import { setTimeout as delay } from 'node:timers/promises'
import type { Target } from '@comanda/e2e/targets'
import type { Database } from './database.js'

const UNFINISHED = `
  select (select count(*) from outbox)::int as unsent,
         (select count(*) from deliveries where status = 'pending')::int as pending`

/**
 * Waits until no work is left anywhere: queues, outbox and deliveries empty for three looks in a row. Resolves with
 * false when `timeoutMs` is over first.
 */
export async function drained(target: Target, database: Database, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  for (let quiet = 0; quiet < 3;) {
    if (performance.now() > deadline) return false
    const [{ orders, events }, [work]] = await Promise.all([
      target.depths(),
      database.query<{ unsent: number; pending: number }>(UNFINISHED),
    ])
    const queued = [orders, events].reduce(
      (sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed,
      0,
    )
    quiet = queued === 0 && work?.unsent === 0 && work.pending === 0 ? quiet + 1 : 0
    await delay(100)
  }
  return true
}
