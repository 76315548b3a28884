import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MANY_ORDERS, MANY_ORDERS_FILTERS, administer, createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import { createPostgresOrderReader } from '../src/adapters/postgres/order-reader.js'
import { createDeadlines } from '../src/deadlines.js'
import type { OrderFilter, OrderReader } from '../src/domain/ports.js'
import { ORDER_ID } from './orders-for-tests.js'
import { createRecordingPool } from './recording-pool.js'
import type { RecordingPool } from './recording-pool.js'

let database: TestDatabase
let recording: RecordingPool
let reader: OrderReader

beforeAll(async () => {
  database = await createTestDatabase()
  await administer(database.url, MANY_ORDERS)
  await administer(database.url, 'analyze orders')
  recording = createRecordingPool(database.urlAs('comanda_order_api'))
  reader = createPostgresOrderReader({ pool: recording.pool, deadlines: createDeadlines(20_000) })
})
afterAll(async () => {
  await recording.end()
  await database.drop()
})

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly Plans?: readonly Plan[]
}

function nodesOf(plan: Plan): readonly Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

/** Reads, and tells how Postgres looked for the orders. */
async function waysOf(read: () => Promise<unknown>): Promise<readonly string[]> {
  recording.asked.length = 0
  await read()
  const [{ text, values }] = recording.asked as [(typeof recording.asked)[0]]
  const { rows } = await recording.pool.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>({
    text: `explain (format json) ${text}`,
    values,
  })
  return nodesOf(rows[0]!['QUERY PLAN'][0].Plan)
    .filter((node) => node['Relation Name'] === 'orders' || node['Node Type'].includes('Bitmap'))
    .map((node) => [node['Node Type'], node['Index Name']].join(' ').trim())
}

const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number))
const FILTERS: readonly (readonly [string, OrderFilter])[] = MANY_ORDERS_FILTERS
const VIEWS = [
  ['a large account', { account: 'large' }],
  ['a small account', { account: 'small-7' }],
  ['one actor', { account: 'large', actor: 'actor-12' }],
  ['an account without orders', { account: 'nobody' }],
] as const

describe('at 200,000 orders', () => {
  describe.each(VIEWS)('the list of %s', (_view, view) => {
    it.each(FILTERS)('by %s is found through an index, on each page', async (_name, filter) => {
      const after = { at: day(90).toISOString(), id: ORDER_ID }

      for (const position of [undefined, after]) {
        const ways = await waysOf(() => reader.page(view, filter, 50, position))

        expect(ways).not.toEqual([])
        for (const way of ways) expect(way).toMatch(/Index|Bitmap/)
      }
    })
  })

  it.each<[string, OrderFilter]>([
    ['a day', { placedFrom: day(100), placedTo: day(101) }],
    ['the last days', { placedFrom: day(198) }],
    ['the first days', { placedTo: day(3) }],
    ['a time before all orders', { placedTo: day(-30) }],
  ])('%s of business time cost what lies in them, not what the account has', async (_name, filter) => {
    const ways = await waysOf(() => reader.page({ account: 'large' }, filter, 50))

    expect(ways).toEqual(['Index Scan orders_by_business_time'])
  })

  it('one order and the versions of many are found by their keys', async () => {
    const refs = Array.from({ length: 1_000 }, () => ({ account: 'large', id: ORDER_ID }))

    for (const read of [
      () => reader.head({ account: 'large' }, ORDER_ID),
      () => reader.order({ account: 'large' }, ORDER_ID),
      () => reader.versions(refs),
    ])
      for (const way of await waysOf(read)) expect(way).toMatch(/Index|Bitmap/)
  })
})
