import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createTestDatabase, createTestQueues, emulatorClient } from '@comanda/e2e/embedded'
import type { Queues, TestDatabase } from '@comanda/e2e/embedded'
import type { Command } from '@comanda/shared/messages'
import pg from 'pg'
import { createPostgresOrderStore } from '../../src/adapters/postgres/order-store.js'
import { adjust, cancel, deliver, orderOf, place, put, ship } from '../support/commands.js'
import { eventually } from '../support/eventually.js'
import { openLedger } from '../support/ledger.js'
import type { Ledger } from '../support/ledger.js'
import { startSqsProxy } from '../support/sqs-proxy.js'
import type { SqsProxy } from '../support/sqs-proxy.js'
import { runSettings, startWorker } from '../support/worker-process.js'
import type { WorkerProcess } from '../support/worker-process.js'
import { storePool } from '../support/store.js'
import { queueDepth, send, testEvents } from '../support/worker.js'

describe('a worker that is killed', () => {
  let database: TestDatabase
  let ledger: Ledger
  let queues: Queues
  let client: SQSClient
  let proxy: SqsProxy
  const workers: WorkerProcess[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    ledger = openLedger(database.url)
  })
  beforeEach(async () => {
    queues = await createTestQueues({ visibilityTimeoutSeconds: 2 })
    client = emulatorClient(queues.endpoint)
    proxy = await startSqsProxy(queues.endpoint)
  })
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')))
    await proxy.stop()
    client.destroy()
  })
  afterAll(async () => {
    await ledger.end()
    await database.drop()
  })

  const start = async (endpoint?: string) => {
    const settings = runSettings(queues, database.urlAs('comanda_order_worker'), {}, endpoint)
    const worker = await startWorker(settings)
    workers.push(worker)
    return worker
  }
  /** A shop of the test's own with ten mugs. */
  const stock = async (account: string) => {
    const pool = storePool(database.urlAs('comanda_order_worker'), 1)
    const { results } = await createPostgresOrderStore({ pool }).applyAll([
      { command: put('MUG', { account }) },
      { command: adjust('MUG', 10, { account }) },
    ])
    await pool.end()
    expect(results.map(({ kind }) => kind)).toEqual(['done', 'done'])
  }
  const mug = (account: string, quantity = 1) => place(orderOf([{ sku: 'MUG', quantity }]), { account })
  const outcomes = (commands: readonly Command[]) =>
    ledger.count('commands where command_id = any($1)', [commands.map(({ id }) => id)])
  const stockOf = async (account: string) =>
    Number(
      (
        await ledger.rows<{ available: string }>(
          'select available from products where account_id = $1',
          account,
        )
      )[0]?.available,
    )

  it('between commit and delete leaves no second effect of any command', async () => {
    const account = 'killed-before-delete'
    await stock(account)
    const [delivered, cancelled] = [mug(account, 2), mug(account, 3)]
    const commands: Command[] = [
      put('MUG', { account, time: '2026-02-01T00:00:00.000Z' }),
      adjust('MUG', 5, { account }),
      delivered,
      cancelled,
      ship(delivered.id, { account }),
      deliver(delivered.id, { account }),
      cancel(cancelled.id, { account }),
    ]
    const deleting = proxy.hold('DeleteMessageBatch')
    const first = await start(proxy.endpoint)
    await send(client, queues.orders, [...commands, ...commands])
    await deleting
    await eventually(async () => (await outcomes(commands)) >= 4, 'a commit')

    const ended = await first.end('SIGKILL')
    const committed = await outcomes(commands)
    await start()
    await eventually(async () => (await outcomes(commands)) === commands.length, 'every command')
    const events = testEvents(client, queues.events)
    await events.next(delivered.id, 'delivered')
    await events.next(cancelled.id, 'cancelled')
    await eventually(async () => (await queueDepth(client, queues.orders)) === 0, 'an empty queue')

    expect(ended.signal).toBe('SIGKILL')
    expect(committed).toBeGreaterThan(0)
    expect(await stockOf(account)).toBe(10 + 5 - 2)
    expect(await ledger.violations()).toEqual([])
    const history = await ledger.rows(
      'select version, status from order_timeline where order_id = $1 order by 1',
      delivered.id,
    )
    expect(history).toEqual([
      { version: 1, status: 'confirmed' },
      { version: 2, status: 'shipped' },
      { version: 3, status: 'delivered' },
    ])
  })

  it('inside its transaction leaves nothing behind, and the next one does it all', async () => {
    const account = 'killed-inside'
    await stock(account)
    const order = mug(account, 2)
    const blocker = new pg.Client({ connectionString: database.url })
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query('select 1 from products where account_id = $1 for update', [account])
    const first = await start()
    await send(client, queues.orders, [order])
    await eventually(
      () => ledger.count(`pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
      'a transaction that waits',
    )

    await first.end('SIGKILL')
    await blocker.query('commit')
    await blocker.end()
    await start()
    await testEvents(client, queues.events).next(order.id, 'confirmed')

    expect(await stockOf(account)).toBe(8)
    expect(await ledger.violations()).toEqual([])
  })

  it('between commit and send has its events sent by another one, each under its own id', async () => {
    const account = 'killed-before-send'
    await stock(account)
    const order = mug(account)
    const sending = proxy.hold('SendMessageBatch')
    const first = await start(proxy.endpoint)
    await send(client, queues.orders, [order])
    await sending
    await eventually(
      async () => (await ledger.count('outbox where order_id = $1', order.id)) === 1,
      'the event',
    )

    await first.end('SIGKILL')
    await start()
    const events = testEvents(client, queues.events)
    await events.next(order.id, 'confirmed')
    await eventually(async () => (await ledger.count('outbox')) === 0, 'an empty outbox')
    await events.receive()

    expect(events.all.filter(({ subject }) => subject === order.id)).toHaveLength(1)
  })

  it('gently finishes what it has, and ends with 0', async () => {
    const account = 'drained'
    await stock(account)
    const orders = Array.from({ length: 10 }, () => mug(account))
    const worker = await start()
    await send(client, queues.orders, orders)
    await eventually(async () => (await outcomes(orders)) > 0, 'a commit')

    const ended = await worker.end('SIGTERM')

    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toContain('"msg":"stopped"')
    expect(await ledger.count('outbox')).toBe(0)
  })
})
