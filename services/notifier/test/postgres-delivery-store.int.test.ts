import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import pg from 'pg'
import { CLAIM_DUE } from '../src/adapters/postgres/delivery-statements.js'
import { createPostgresDeliveryStore } from '../src/adapters/postgres/delivery-store.js'
import type { ClaimedDelivery } from '../src/domain/delivery.js'
import { deliveryStoreContract, planned } from './delivery-store-contract.js'
import { untilBlocked } from './running-notifier.js'

deliveryStoreContract('Postgres', async () => {
  const database = await createTestDatabase()
  const pool = new pg.Pool({ connectionString: database.urlAs('comanda_notifier') })
  const owner = new pg.Pool({ connectionString: database.url })
  owner.on('error', () => undefined)
  pool.on('error', () => undefined)
  return {
    store: createPostgresDeliveryStore(pool),
    pass: async (seconds) => {
      await owner.query(
        `update deliveries set next_attempt_at = next_attempt_at - $1::int * interval '1 second',
                               claimed_until = claimed_until - $1::int * interval '1 second'`,
        [seconds],
      )
    },
    statusOf: async (eventId) => {
      const { rows } = await owner.query<{
        status: string
        attempts: number
        remembersEvent: boolean
        reason: string | null
      }>(
        `select status, attempts, event is not null as "remembersEvent", last_error as reason
         from deliveries where event_id = $1`,
        [eventId],
      )
      return rows[0]!
    },
    close: async () => {
      await Promise.all([pool.end(), owner.end()])
      await database.drop()
    },
  }
})

describe('several processes at one Postgres delivery store', () => {
  const LEASE_MS = 60_000
  let database: TestDatabase
  let pool: pg.Pool
  beforeAll(async () => {
    database = await createTestDatabase()
    pool = new pg.Pool({ connectionString: database.urlAs('comanda_notifier'), max: 16 })
    pool.on('error', () => undefined)
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  it('never hold two deliveries of one order, and never mail an older event after a newer one', async () => {
    const orders = Array.from({ length: 40 }, () => randomUUID())
    const versions = new Map<string, number>()
    const deliveries = orders.flatMap((order) => [1, 2, 3, 4].map((version) => planned({ order, version })))
    for (const { eventId, event } of deliveries) versions.set(eventId, event.data.version)
    const held = new Map<string, string>()
    const mailed = new Map<string, number[]>()
    const wrong: string[] = []
    const store = createPostgresDeliveryStore(pool)

    async function mail(claimed: readonly ClaimedDelivery[]): Promise<void> {
      for (const { event, eventId } of claimed) {
        if (held.has(event.subject)) wrong.push(`two claims of ${event.subject}`)
        held.set(event.subject, eventId)
      }
      for (const delivery of claimed) {
        const { event, eventId } = delivery
        const before = mailed.get(event.subject) ?? []
        if (before.some((version) => version > versions.get(eventId)!))
          wrong.push(`old mail of ${event.subject}`)
        mailed.set(event.subject, [...before, versions.get(eventId)!])
        held.delete(event.subject)
        await store.record([{ delivery, result: { kind: 'sent' } }])
      }
    }

    async function replica(seed: number): Promise<void> {
      const mine = deliveries.filter((_, index) => index % 8 === seed).toSorted(() => Math.random() - 0.5)
      while (mine.length > 0) {
        const batch = mine.splice(0, 5)
        const stored = await store.store(batch, { channels: ['email'], leaseMs: LEASE_MS })
        await mail(stored.claimed)
        await mail((await store.claimDue('email', 20, LEASE_MS)).claimed)
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, seed) => replica(seed)))
    const left = async () => (await store.claimDue('email', 100, LEASE_MS)).claimed
    for (let claimed = await left(); claimed.length > 0; claimed = await left()) await mail(claimed)

    const { rows } = await pool.query<{ status: string; count: number }>(
      'select status, count(*)::int from deliveries group by status',
    )
    const count = Object.fromEntries(rows.map((row) => [row.status, row.count]))
    expect(wrong).toEqual([])
    expect((count['sent'] ?? 0) + (count['superseded'] ?? 0)).toBe(deliveries.length)
    expect([...mailed.values()].flat()).toHaveLength(count['sent']!)
    // The newest event of an order is never superseded.
    expect([...mailed.values()].filter((sent) => sent.includes(4))).toHaveLength(orders.length)
  })

  it('sees a newer mail that was sent while the claim of the older event waited for its row', async () => {
    const order = randomUUID()
    const [first, second] = [planned({ order, version: 1 }), planned({ order, version: 2 })]
    const store = createPostgresDeliveryStore(pool)
    // Another process stores the same first event at the same moment and then rolls back: the insert below has
    // taken its snapshot, and waits.
    const rival = new pg.Client({ connectionString: database.url })
    await rival.connect()
    await rival.query('begin')
    await rival.query(
      `insert into deliveries (event_id, channel, endpoint_id, account_id, order_id, event_type, version, status, event,
         occurred_at) values ($1, 'email', 'customer', 'a', $2, 't', 1, 'pending', '{}', now())`,
      [first.eventId, order],
    )
    const stuck = store.store([first], { channels: ['email'], leaseMs: LEASE_MS })
    await untilBlocked(pool)
    const newer = await store.store([second], { channels: ['email'], leaseMs: LEASE_MS })
    await store.record([{ delivery: newer.claimed[0]!, result: { kind: 'sent' } }])

    await rival.query('rollback')
    const late = await stuck

    await rival.end()
    expect(late).toMatchObject({ claimed: [], superseded: [{ eventId: first.eventId }] })
  })

  it('store the second of two simultaneous events of an order unclaimed', async () => {
    const order = randomUUID()
    const [first, second] = [planned({ order, version: 1 }), planned({ order, version: 2 })]
    const store = createPostgresDeliveryStore(pool)
    const rival = new pg.Client({ connectionString: database.url })
    await rival.connect()
    await rival.query('begin')
    // Claimed by a process that has not committed yet: nobody can see it.
    await rival.query(
      `insert into deliveries (event_id, channel, endpoint_id, account_id, order_id, event_type, version, status, event,
         occurred_at, claimed_until)
       values ($1, 'email', 'customer', 'a', $2, 't', 1, 'pending', '{}', now(), now() + interval '1 minute')`,
      [first.eventId, order],
    )
    const stuck = store.store([second], { channels: ['email'], leaseMs: LEASE_MS })
    await untilBlocked(pool)

    await rival.query('commit')
    const result = await stuck

    await rival.end()
    expect(result).toMatchObject({ claimed: [], stored: 1, waiting: 1 })
  })

  it('claim a few of thousands without looking at all of them for each, in a table new to the planner', async () => {
    const own = await createTestDatabase()
    const client = new pg.Client({ connectionString: own.url })
    await client.connect()
    await client.query(
      `alter table deliveries set (autovacuum_enabled = off);
       insert into deliveries (event_id, channel, endpoint_id, account_id, order_id, event_type, version, status, event,
         occurred_at)
       select gen_random_uuid(), 'email', 'customer', 'a', gen_random_uuid(), 't', 1, 'pending', '{}', now()
       from generate_series(1, 2000)`,
    )

    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, format json) ${CLAIM_DUE}`,
      ['email', 10, LEASE_MS],
    )

    await client.end()
    await own.drop()
    // A look is three or four pages; the square of 2,000 would be hundreds of thousands.
    expect(rows[0]!['QUERY PLAN'][0].Plan['Shared Hit Blocks']).toBeLessThan(2_000 * 10)
  })
})
