import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { administer, createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import { createPollingOrderWatch } from '../src/adapters/polling/order-watch.js'
import type { PollingOrderWatch } from '../src/adapters/polling/order-watch.js'
import { createPostgresOrderReader } from '../src/adapters/postgres/order-reader.js'
import { createDeadlines } from '../src/deadlines.js'
import { createShowOrder } from '../src/domain/show-order.js'
import type { OrderReader } from '../src/domain/ports.js'
import { NOW, principal, receipts } from './http-stand.js'
import { ACCOUNT, ORDER_ID, idOf, storedOrder } from './orders-for-tests.js'
import { createRecordingPool } from './recording-pool.js'
import type { RecordingPool } from './recording-pool.js'
import { seed } from './seed.js'

const WAITERS = 1_000

let database: TestDatabase
let recording: RecordingPool
let orders: OrderReader
let watch: PollingOrderWatch

beforeAll(async () => {
  database = await createTestDatabase()
  recording = createRecordingPool(database.urlAs('comanda_order_api'))
  orders = createPostgresOrderReader({ pool: recording.pool, deadlines: createDeadlines(5_000) })
  await seed(database.url, { orders: [{ account: ACCOUNT, order: storedOrder() }] })
  await administer(
    database.url,
    `insert into orders (id, account_id, actor, status, version, total, accepted_at)
     select ('3b1f8c1e-6a57-8d2b-9c30-' || lpad(n::text, 12, '0'))::uuid, '${ACCOUNT}', 'storefront', 'confirmed', 1, 1, now()
     from generate_series(1, ${WAITERS}) n`,
  )
})
afterEach(() => watch.stop())
afterAll(async () => {
  await recording.end()
  await database.drop()
})

function startWatch(): void {
  recording.asked.length = 0
  watch = createPollingOrderWatch({ orders, intervalMs: 100, maxWaiters: WAITERS * 2 })
}

const waitFor = (number: number) => watch.changed({ account: ACCOUNT, id: idOf(number) }, 1, 20_000)
const everyone = () => Array.from({ length: WAITERS }, (_, index) => waitFor(index + 1))

describe('a thousand who wait for a change of an order each', () => {
  it('cost one query a round, and all hear of it within two rounds', async () => {
    startWatch()
    const waiting = everyone()
    // One of them hears early: a round for all has been asked by then.
    await administer(database.url, `update orders set version = 2 where id = '${idOf(1)}'`)
    await waiting[0]
    await administer(database.url, `update orders set version = 3 where account_id = '${ACCOUNT}'`)
    const roundsBefore = recording.asked.length

    const told = await Promise.all(waiting)

    expect(told.every((changed) => changed)).toBe(true)
    expect(recording.asked.length - roundsBefore).toBeLessThanOrEqual(2)
    expect(new Set(recording.asked.map(({ name }) => name))).toEqual(new Set(['order-versions']))
    expect(recording.asked.at(-1)!.values[1]).toHaveLength(WAITERS - 1)
  })

  it('are shown their orders by one query for twenty of them', async () => {
    startWatch()
    const showOrder = createShowOrder({ orders, watch, receipts, now: () => NOW })
    await administer(database.url, `update orders set version = 4 where account_id = '${ACCOUNT}'`)
    const waiting = Array.from({ length: WAITERS }, (_, index) =>
      showOrder({
        principal: principal('storefront'),
        orderId: idOf(index + 1),
        knownTags: ['"4"'],
        waitMs: 20_000,
      }),
    )
    while (watch.waiters < WAITERS) await delay(5)
    await administer(database.url, `update orders set version = 5 where account_id = '${ACCOUNT}'`)

    const shown = await Promise.all(waiting)

    expect(new Set(shown.map(({ kind, tag }) => `${kind} ${tag}`))).toEqual(new Set(['stored "5"']))
    expect(recording.asked.filter(({ name }) => name === 'orders-with-lines').length).toBeLessThan(
      WAITERS / 10,
    )
  })

  it('are answered at once by a drain', async () => {
    startWatch()
    const waiting = everyone()

    watch.stop()

    expect(new Set(await Promise.all(waiting))).toEqual(new Set([false]))
    expect(recording.asked).toEqual([])
  })
})

describe('an answer that says that nothing is new', () => {
  it('reads no lines, no timeline and no contact', async () => {
    startWatch()
    const showOrder = createShowOrder({ orders, watch, receipts, now: () => NOW })
    const request = { principal: principal('storefront'), orderId: ORDER_ID }
    const shown = await showOrder(request)
    recording.asked.length = 0

    const again = await showOrder({ ...request, knownTags: [shown.tag] })

    expect(again).toEqual({ kind: 'unchanged', tag: shown.tag })
    expect(recording.asked.map(({ name }) => name)).toEqual(['order-head'])
    expect(recording.asked[0]!.text).not.toMatch(/order_lines|order_timeline|order_contacts/)
  })
})
