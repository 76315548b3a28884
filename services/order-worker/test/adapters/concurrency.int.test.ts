import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import type { Command } from '@comanda/shared/messages'
import { createPostgresOrderStore } from '../../src/adapters/postgres/order-store.js'
import type { OrderStore } from '../../src/domain/ports.js'
import { adjust, cancel, deliver, orderOf, place, put, ship } from '../support/commands.js'
import { openLedger } from '../support/ledger.js'
import type { Ledger } from '../support/ledger.js'
import { storePool } from '../support/store.js'

/** Real contention on a shared machine: slow is not wrong. */
const TIMEOUT_MS = 120_000

describe('several workers at once', () => {
  let database: TestDatabase
  let ledger: Ledger
  let workers: OrderStore[]
  let retries = 0
  const pools: ReturnType<typeof storePool>[] = []
  let shops = 0
  let account = ''

  beforeAll(async () => {
    database = await createTestDatabase()
    ledger = openLedger(database.url)
    workers = Array.from({ length: 4 }, () => {
      const pool = storePool(database.urlAs('comanda_order_worker'), 2)
      pools.push(pool)
      return createPostgresOrderStore({ pool, onRetry: () => (retries += 1) })
    })
  })
  beforeEach(() => {
    retries = 0
    account = `shop-${(shops += 1)}`
  })
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await ledger.end()
    await database.drop()
  })

  const stock = async (sku: string, quantity: number) => {
    await workers[0]!.applyAll([
      { command: put(sku, { account }) },
      { command: adjust(sku, quantity, { account }) },
    ])
  }
  const available = async (sku: string) => {
    const [row] = await ledger.rows<{ available: string }>(
      'select available from products where account_id = $1 and sku = $2',
      account,
      sku,
    )
    return Number(row?.available)
  }
  /** Gives a worker all commands in batches, and again what has to come again, until all are done. */
  async function work(worker: OrderStore, commands: readonly Command[], size: number): Promise<void> {
    let left = commands
    while (left.length > 0) {
      const again: Command[] = []
      for (let start = 0; start < left.length; start += size) {
        const batch = left.slice(start, start + size)
        const { results } = await worker.applyAll(batch.map((command) => ({ command })))
        again.push(...batch.filter((_, index) => results[index]?.kind === 'retry'))
      }
      left = again
    }
  }
  const shuffled = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => ({ item, at: Math.random() }))
      .sort((one, other) => one.at - other.at)
      .map(({ item }) => item)

  it(
    'do the same commands in any order with one effect each, and nobody deadlocks',
    async () => {
      const skus = Array.from({ length: 12 }, (_, index) => `SKU-${index}`)
      for (const sku of skus) await stock(sku, 100_000)
      const orders = Array.from({ length: 120 }, (_, index) =>
        place(
          orderOf(
            shuffled(skus)
              .slice(0, 8)
              .map((sku) => ({ sku, quantity: 1 + (index % 3) })),
          ),
          { account },
        ),
      )
      const commands: Command[] = [
        ...orders,
        ...orders.slice(0, 40).map(({ id }) => cancel(id, { account })),
        ...orders.slice(60, 100).map(({ id }) => ship(id, { account })),
        ...orders.slice(60, 80).map(({ id }) => deliver(id, { account })),
        ...skus.map((sku) => adjust(sku, 7, { account })),
        ...skus.map((sku) => put(sku, { account, time: '2026-02-01T00:00:00.000Z' })),
      ]

      await Promise.all(workers.map((worker) => work(worker, shuffled(commands), 25)))

      expect(await ledger.violations()).toEqual([])
      expect(await ledger.count('commands where account_id = $1', account)).toBe(commands.length + 24)
      expect(
        await ledger.rows(
          'select status, count(*)::int from orders where account_id = $1 group by 1 order by 1',
          account,
        ),
      ).toEqual([
        { status: 'cancelled', count: 40 },
        { status: 'confirmed', count: 40 },
        { status: 'delivered', count: 20 },
        { status: 'shipped', count: 20 },
      ])
      // Everybody locks in one order, so nobody had to start again.
      expect(retries).toBe(0)
    },
    TIMEOUT_MS,
  )

  it(
    'sell exactly what there is of one hot product',
    async () => {
      await stock('HOT', 1_000)
      const orders = Array.from({ length: 1_600 }, () =>
        place(orderOf([{ sku: 'HOT', quantity: 1 }]), { account }),
      )

      await Promise.all(
        workers.map((worker, index) =>
          // Each worker has its own share and half of its neighbour's.
          work(worker, orders.slice(index * 400, index * 400 + 600), 50),
        ),
      )

      expect(
        await ledger.rows(
          'select status, reason, count(*)::int from orders where account_id = $1 group by 1, 2 order by 1',
          account,
        ),
      ).toEqual([
        { status: 'confirmed', reason: null, count: 1_000 },
        { status: 'rejected', reason: 'out_of_stock', count: 600 },
      ])
      expect(await available('HOT')).toBe(0)
      expect(await ledger.violations()).toEqual([])
    },
    TIMEOUT_MS,
  )

  it(
    'let one order have a key, whoever comes first',
    async () => {
      await stock('MUG', 1_000)
      const pairs = Array.from({ length: 40 }, (_, index) =>
        [1, 2, 3, 4].map((quantity) =>
          place(orderOf([{ sku: 'MUG', quantity }]), { account, key: `the-same-key-${index}-four-times` }),
        ),
      )

      await Promise.all(
        workers.map((worker, index) => work(worker, shuffled(pairs.map((pair) => pair[index]!)), 10)),
      )

      expect(
        await ledger.rows(
          `select confirmed, count(*)::int from (
           select count(*) filter (where status = 'confirmed')::int as confirmed from orders
           where account_id = $1 group by idempotency_key) as keys group by 1`,
          account,
        ),
      ).toEqual([{ confirmed: 1, count: 40 }])
      expect(await ledger.violations()).toEqual([])
    },
    TIMEOUT_MS,
  )

  it(
    'end a place and its cancel the same, whichever commits first',
    async () => {
      await stock('MUG', 1_000)
      const orders = Array.from({ length: 60 }, () =>
        place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account }),
      )
      const cancels = orders.map(({ id }) => cancel(id, { account }))

      await Promise.all([
        work(workers[0]!, orders, 3),
        work(workers[1]!, cancels, 3),
        work(workers[2]!, shuffled([...orders, ...cancels]), 5),
      ])

      expect(
        await ledger.rows(
          'select status, count(*)::int from orders where account_id = $1 group by 1',
          account,
        ),
      ).toEqual([{ status: 'cancelled', count: 60 }])
      expect(await available('MUG')).toBe(1_000)
      expect(await ledger.violations()).toEqual([])
    },
    TIMEOUT_MS,
  )
})
