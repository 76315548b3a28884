import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import fc from 'fast-check'
import pg from 'pg'
import { createPostgresOrderReader } from '../src/adapters/postgres/order-reader.js'
import { createDeadlines } from '../src/deadlines.js'
import type { OrderPosition, OrderReader } from '../src/domain/ports.js'
import { createRecordingPool } from './recording-pool.js'
import type { RecordingPool } from './recording-pool.js'

let database: TestDatabase
let recording: RecordingPool
let reader: OrderReader
let writer: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  recording = createRecordingPool(database.urlAs('comanda_order_api'))
  reader = createPostgresOrderReader({ pool: recording.pool, deadlines: createDeadlines(5_000) })
  writer = new pg.Client({ connectionString: database.url })
  await writer.connect()
})
afterAll(async () => {
  await Promise.all([writer.end(), recording.end()])
  await database.drop()
})

const FIRST = Date.UTC(2026, 0, 1)

/** Stores an order for each instant, in milliseconds after the first; resolves with their ids. */
async function arrive(account: string, instants: readonly number[]): Promise<readonly string[]> {
  const ids = instants.map(() => randomUUID())
  await writer.query(
    `insert into orders (id, account_id, actor, status, version, total, accepted_at)
     select id, $1, 'storefront', 'confirmed', 1, 10, accepted_at
     from unnest($2::uuid[], $3::timestamptz[]) as arrivals (id, accepted_at)`,
    [account, ids, instants.map((instant) => new Date(FIRST + instant))],
  )
  return ids
}

/** Few instants, so that many orders share one. */
const instants = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 })

describe('the pages of a list', () => {
  it('show every order that was there once, and none twice, while others arrive and change', async () => {
    let accounts = 0
    await fc.assert(
      fc.asyncProperty(
        instants,
        fc.array(instants, { maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        async (before, arrivals, limit) => {
          const account = `account-${++accounts}`
          const there = await arrive(account, before)
          const seen: string[] = []
          const later = arrivals.values()
          let after: OrderPosition | undefined
          do {
            const page = await reader.page({ account }, {}, limit, after)
            seen.push(...page.orders.map(({ id }) => id))
            after = page.next
            await arrive(account, later.next().value ?? [])
            await writer.query('update orders set version = version + 1 where account_id = $1', [account])
          } while (after !== undefined)

          expect(new Set(seen).size).toBe(seen.length)
          expect(seen).toEqual(expect.arrayContaining([...there]))
        },
      ),
      { numRuns: 60 },
    )
  })
})
