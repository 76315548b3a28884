import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import { createPostgresOrderStore } from '../../src/adapters/postgres/order-store.js'
import type { OrderStore } from '../../src/domain/ports.js'
import { adjust, cancel, orderOf, place, put } from '../support/commands.js'
import { openLedger } from '../support/ledger.js'
import type { Ledger } from '../support/ledger.js'
import { storePool } from '../support/store.js'

const BATCH = 20
const SKUS = Array.from({ length: 50 }, (_, index) => `SKU-${index}`)

/**
 * A connection keeps the plans that it made while the tables were empty, and the planner knows nothing of a table that
 * has never been analyzed. Neither may make a batch dearer as orders come in.
 */
describe('a worker on a database that fills up under it', () => {
  let database: TestDatabase
  let ledger: Ledger
  let pool: ReturnType<typeof storePool>
  let store: OrderStore

  beforeAll(async () => {
    database = await createTestDatabase()
    ledger = openLedger(database.url)
    for (const table of ['orders', 'products', 'idempotency_keys', 'order_lines', 'commands'])
      await ledger.rows(`alter table ${table} set (autovacuum_enabled = false)`)
    pool = storePool(database.urlAs('comanda_order_worker'), 1)
    store = createPostgresOrderStore({ pool })
    await store.applyAll(SKUS.flatMap((sku) => [{ command: put(sku) }, { command: adjust(sku, 1_000_000) }]))
  })
  afterAll(async () => {
    await pool.end()
    await ledger.end()
    await database.drop()
  })

  let placed = 0
  async function placeAndCancel(): Promise<void> {
    const places = Array.from({ length: BATCH }, () =>
      place(orderOf([{ sku: SKUS[(placed += 1) % SKUS.length]!, quantity: 1 }])),
    )
    await store.applyAll(places.map((command) => ({ command })))
    await store.applyAll(places.map((order) => ({ command: cancel(order.id) })))
  }

  it('reads no table from end to end, with the plans that it made while they were empty', async () => {
    for (let batch = 0; batch < 150; batch += 1) await placeAndCancel()

    // The statistics of the connection come in first.
    await pool.query('select pg_stat_force_next_flush()')
    const scanned = await ledger.rows<{ relname: string; seq_scan: string }>(
      `select relname, seq_scan from pg_stat_user_tables where seq_scan > 0
       and relname in ('orders', 'idempotency_keys', 'order_lines', 'commands')`,
    )
    expect(scanned).toEqual([])
    expect(await ledger.count('orders')).toBe(3_000)
  })
})
