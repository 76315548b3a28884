import { setTimeout as delay } from 'node:timers/promises'
import type { SQSClient } from '@aws-sdk/client-sqs'
import pg from 'pg'
import { emulatorClient } from '@comanda/e2e/embedded'
import { readDepths } from '@comanda/e2e/targets'
import type { QueueDepth } from '@comanda/e2e/targets'
import type { ChaosWorld } from '../world/chaos-world.js'

/** What is left to do, over all parts. */
export interface Remaining {
  readonly orders: number
  readonly events: number
  readonly outbox: number
  readonly due: number
  /** Mails that are put off after failures; they are no work until their time comes. */
  readonly putOff: number
  readonly deadLetters: number
}

const WORK = `
select (select count(*) from outbox)::int as outbox,
       (select count(*) from deliveries where status = 'pending' and (next_attempt_at <= now() or claimed_until is not null))::int as due,
       (select count(*) from deliveries where status = 'pending' and next_attempt_at > now() and claimed_until is null)::int as put_off`
const POLL_MS = 500
const POLLS = 3
/** How much longer mails that are put off are waited for, once everything else is done. */
const PATIENCE_MS = 45_000

/**
 * Waits until nothing is left to do three times in a row; false once it has not become less for `patienceMs`. However
 * slow the machine is, a backlog that shrinks is waited for.
 */
export async function drain(world: ChaosWorld, patienceMs: number): Promise<boolean> {
  const client = emulatorClient(world.queues.endpoint)
  let deadline = performance.now() + patienceMs
  let least = Infinity
  let quiet = 0
  let quietSince = Infinity
  try {
    while (performance.now() < deadline) {
      const left = await remaining(world, client).catch(() => undefined)
      const all = left === undefined ? Infinity : left.orders + left.events + left.outbox + left.due
      if (all < least) {
        least = all
        deadline = performance.now() + patienceMs
      }
      quiet = all === 0 ? quiet + 1 : 0
      quietSince = quiet === 0 ? Infinity : Math.min(quietSince, performance.now())
      const waitsForMails = (left?.putOff ?? 0) > 0 && performance.now() - quietSince < PATIENCE_MS
      if (quiet >= POLLS && !waitsForMails) return true
      await delay(POLL_MS)
    }
    return false
  } finally {
    client.destroy()
  }
}

export async function remaining(world: ChaosWorld, client: SQSClient): Promise<Remaining> {
  const database = new pg.Client({ connectionString: world.databaseUrl, connectionTimeoutMillis: 2_000 })
  database.on('error', () => undefined)
  await database.connect()
  try {
    const depths = await readDepths(client, world.queues)
    const { rows } = await database.query<{ outbox: number; due: number; put_off: number }>(WORK)
    const [{ outbox, due, put_off: putOff } = { outbox: 0, due: 0, put_off: 0 }] = rows
    return {
      orders: sizeOf(depths.orders),
      events: sizeOf(depths.events),
      outbox,
      due,
      putOff,
      deadLetters: sizeOf(depths.ordersDeadLetter) + sizeOf(depths.eventsDeadLetter),
    }
  } finally {
    await database.end().catch(() => undefined)
  }
}

function sizeOf({ visible, inFlight, delayed }: QueueDepth): number {
  return visible + inFlight + delayed
}
