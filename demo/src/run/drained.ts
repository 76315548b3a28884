import { setTimeout as delay } from 'node:timers/promises'
import type { Target } from '@comanda/e2e/targets'
import type { Database } from './database.js'

const UNFINISHED = `
  select ((select count(*) from outbox) + (select count(*) from deliveries where status = 'pending'))::int as unfinished`

const LOOK_EVERY_MS = 100

/**
 * Waits until no work is left anywhere: queues, outbox and deliveries empty for three looks in a row. Resolves with
 * false when `timeoutMs` is over or `signal` aborts first.
 */
export async function drained(
  target: Target,
  database: Database,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  for (let quiet = 0; quiet < 3;) {
    if (performance.now() > deadline || signal?.aborted) return false
    // What cannot be asked now (Postgres starts again) is not quiet.
    const left = await workLeft(target, database).catch(() => Number.NaN)
    quiet = left === 0 ? quiet + 1 : 0
    await delay(LOOK_EVERY_MS)
  }
  return true
}

async function workLeft(target: Target, database: Database): Promise<number> {
  // In the order in which work moves on, so that none slips past.
  const { orders, events } = await target.depths()
  const [row] = await database.query<{ unfinished: number }>(UNFINISHED)
  return [orders, events].reduce(
    (sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed,
    row?.unfinished ?? 0,
  )
}
