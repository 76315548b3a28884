import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createTestDatabase, createTestQueues, emulatorClient } from '@comanda/e2e/embedded'
import type { Queues, TestDatabase } from '@comanda/e2e/embedded'
import pg from 'pg'
import { adjust, orderOf, place, put } from '../support/commands.js'
import { eventually } from '../support/eventually.js'
import { openLedger } from '../support/ledger.js'
import type { Ledger } from '../support/ledger.js'
import { startSqsProxy } from '../support/sqs-proxy.js'
import { send } from '../support/worker.js'
import { runSettings, startWorker } from '../support/worker-process.js'

/** What the process may take above its drain time, on a busy machine. */
const SLACK_MS = 2_000

describe('a worker that is told to stop', () => {
  let database: TestDatabase
  let ledger: Ledger
  let client: SQSClient

  beforeAll(async () => {
    database = await createTestDatabase()
    ledger = openLedger(database.url)
  })
  afterAll(async () => {
    client.destroy()
    await ledger.end()
    await database.drop()
  })

  const mug = () => place(orderOf([{ sku: 'MUG', quantity: 1 }]))

  /** A worker with a catalog, stock, and 1.5 s to drain. */
  async function start(queues: Queues, endpoint = queues.endpoint) {
    client = emulatorClient(queues.endpoint)
    const worker = await startWorker(
      runSettings(queues, database.urlAs('comanda_order_worker'), { DRAIN_TIMEOUT_MS: '1500' }, endpoint),
    )
    const before = await ledger.available('MUG')
    await send(client, queues.orders, [put('MUG'), adjust('MUG', 1_000)])
    await eventually(async () => (await ledger.available('MUG')) === (before ?? 0) + 1_000, 'the stock')
    return worker
  }

  it('ends in time though the events queue does not answer, and leaves its events in the outbox', async () => {
    const queues = await createTestQueues()
    const proxy = await startSqsProxy(queues.endpoint)
    const worker = await start(queues, proxy.endpoint)
    const held = proxy.hold('SendMessageBatch')
    await send(client, queues.orders, Array.from({ length: 60 }, mug))
    await eventually(async () => (await ledger.count('outbox')) === 60, 'the decisions')
    await held

    const toldAt = performance.now()
    const { code } = await worker.end('SIGTERM')

    expect(code).toBe(0)
    expect(performance.now() - toldAt).toBeLessThan(1_500 + SLACK_MS)
    expect(await ledger.count('outbox')).toBe(60)
    await proxy.stop()
  }, 30_000)

  it('ends in time though a transaction waits for a lock', async () => {
    const queues = await createTestQueues()
    const worker = await start(queues)
    const order = mug()
    const holder = new pg.Client({ connectionString: database.url })
    await holder.connect()
    await holder.query('begin')
    await holder.query(`select from products where sku = 'MUG' for update`)
    await send(client, queues.orders, [order])
    await eventually(
      async () =>
        (await ledger.count(
          `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )) > 0,
      'the wait for the lock',
    )

    const toldAt = performance.now()
    const { code } = await worker.end('SIGTERM')

    expect(code).toBe(0)
    expect(performance.now() - toldAt).toBeLessThan(1_500 + SLACK_MS)
    await holder.query('rollback')
    await holder.end()
    expect(await ledger.violations()).toEqual([])
  }, 30_000)
})
