import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, freePort } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import { createPool } from '@comanda/shared/postgres'
import type { Pool } from 'pg'
import { createPostgresKeyOwners } from '../src/adapters/postgres/key-owners.js'
import { createPostgresOrderReader } from '../src/adapters/postgres/order-reader.js'
import { createPostgresProductReader } from '../src/adapters/postgres/product-reader.js'
import { createDeadlines } from '../src/deadlines.js'
import { orderReaderContract } from './order-reader-contract.js'
import { ACCOUNT, ORDER_ID, idOf } from './orders-for-tests.js'
import { productReaderContract } from './product-reader-contract.js'
import { seed, seedKey } from './seed.js'

const deadlines = createDeadlines(5_000)

function poolFor(databaseUrl: string): Pool {
  return createPool({
    databaseUrl,
    applicationName: 'test',
    maxConnections: 2,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 5_000,
    onIdleError: () => undefined,
  })
}

describe('the store in Postgres', () => {
  let database: TestDatabase
  let pool: Pool

  beforeAll(async () => {
    database = await createTestDatabase()
    pool = poolFor(database.urlAs('comanda_order_api'))
  })

  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  orderReaderContract(async (orders) => {
    await seed(database.url, { orders })
    return createPostgresOrderReader({ pool, deadlines })
  })

  productReaderContract(async (products) => {
    await seed(database.url, { products })
    return createPostgresProductReader({ pool, deadlines })
  })

  it('may read and nothing else', async () => {
    await expect(pool.query(`update orders set status = 'cancelled'`)).rejects.toMatchObject({
      code: '42501',
    })
    await expect(pool.query('select * from outbox')).rejects.toMatchObject({ code: '42501' })
  })

  it('tells the owners of keys, each key under its own caller only', async () => {
    const claim = { account: ACCOUNT, actor: 'storefront', key: 'key-0123456789-a', orderId: ORDER_ID }
    await seedKey(database.url, claim)
    await seedKey(database.url, { ...claim, actor: 'shopper-1', orderId: idOf(2) })
    const outcomes: string[] = []
    const owners = createPostgresKeyOwners({
      pool,
      budgetMs: 5_000,
      onOutcome: (outcome) => outcomes.push(outcome),
      onBreaker: () => undefined,
    })

    const found = await owners.ownersOf([
      { ...claim, actor: 'shopper-1' },
      { ...claim, key: 'key-0123456789-b' },
      claim,
      { ...claim, account: 'otherhouse' },
    ])

    expect(found).toEqual([idOf(2), undefined, ORDER_ID, undefined])
    expect(outcomes).toEqual(['answered'])
  })
})

describe('with Postgres away', () => {
  let pool: Pool

  afterEach(() => pool.end())

  it('says that orders and products cannot be read', async () => {
    pool = poolFor(`postgres://nobody@127.0.0.1:${await freePort()}/nowhere`)
    const unavailable = { name: 'ApiError', code: 'orders_unavailable' }
    const orders = createPostgresOrderReader({ pool, deadlines })
    const products = createPostgresProductReader({ pool, deadlines })

    await expect(orders.head({ account: ACCOUNT }, ORDER_ID)).rejects.toMatchObject(unavailable)
    await expect(orders.order({ account: ACCOUNT }, ORDER_ID)).rejects.toMatchObject(unavailable)
    await expect(orders.page({ account: ACCOUNT }, {}, 10)).rejects.toMatchObject(unavailable)
    await expect(orders.versions([])).rejects.toMatchObject(unavailable)
    await expect(products.product(ACCOUNT, '1')).rejects.toMatchObject(unavailable)
  })

  it('says so also when the server stops answering in the middle', async () => {
    pool = poolFor('postgres://nobody@127.0.0.1:1/nowhere')
    const vanished = { query: () => new Promise(() => undefined) } as unknown as Pool
    const orders = createPostgresOrderReader({ pool: vanished, deadlines: createDeadlines(30) })

    await expect(orders.head({ account: ACCOUNT }, ORDER_ID)).rejects.toMatchObject({
      code: 'orders_unavailable',
    })
  })
})
