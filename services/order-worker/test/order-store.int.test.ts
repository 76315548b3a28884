import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import { createPostgresOrderStore } from '../src/adapters/postgres/order-store.js'
import type { OrderStore } from '../src/domain/ports.js'
import { describeOrderStore } from './order-store.contract.js'
import { openLedger } from './support/ledger.js'
import type { Ledger } from './support/ledger.js'
import { postgresView } from './support/postgres-view.js'
import { storePool } from './support/store.js'

describe('the contract', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let store: OrderStore
  let ledger: Ledger

  beforeAll(async () => {
    database = await createTestDatabase()
    // With the rights of the service alone: what it may not do, it does not need.
    pool = storePool(database.urlAs('comanda_order_worker'))
    store = createPostgresOrderStore({ pool })
    ledger = openLedger(database.url)
  })
  afterAll(async () => {
    await pool.end()
    await ledger.end()
    await database.drop()
  })

  describeOrderStore('the order store on Postgres', () => ({ store, view: postgresView(ledger) }))

  it('is kept without a contradiction in the tables', async () => {
    expect(await ledger.violations()).toEqual([])
  })
})
