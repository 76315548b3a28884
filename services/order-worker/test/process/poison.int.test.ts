import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createTestDatabase, createTestQueues, emulatorClient } from '@comanda/e2e/embedded'
import type { Queues, TestDatabase } from '@comanda/e2e/embedded'
import { COMMAND_SCHEMAS } from '@comanda/shared/messages'
import { redrive } from '@comanda/shared/sqs'
import { createPostgresOrderStore } from '../../src/adapters/postgres/order-store.js'
import type { CommandSchemas } from '../../src/adapters/sqs/read-command.js'
import type { Config } from '../../src/config.js'
import { startService } from '../../src/service.js'
import type { OrderWorker } from '../../src/service.js'
import { adjust, orderOf, place, put, ship } from '../support/commands.js'
import { eventually } from '../support/eventually.js'
import { openLedger } from '../support/ledger.js'
import type { Ledger } from '../support/ledger.js'
import { storePool } from '../support/store.js'
import { queueDepth, send, testEvents, workerConfig } from '../support/worker.js'

describe('messages that cannot be handled', () => {
  let database: TestDatabase
  let ledger: Ledger
  let queues: Queues
  let client: SQSClient
  let running: OrderWorker | undefined

  beforeAll(async () => {
    database = await createTestDatabase()
    ledger = openLedger(database.url)
    const pool = storePool(database.urlAs('comanda_order_worker'))
    await createPostgresOrderStore({ pool }).applyAll([
      { command: put('MUG') },
      { command: adjust('MUG', 1_000) },
    ])
    await pool.end()
  })
  beforeEach(async () => {
    queues = await createTestQueues({ maxReceiveCount: 2 })
    client = emulatorClient(queues.endpoint)
  })
  afterEach(async () => {
    await running?.stop()
    running = undefined
    client.destroy()
  })
  afterAll(async () => {
    await ledger.end()
    await database.drop()
  })

  const start = async (more: Partial<Config> = {}, schemas?: CommandSchemas) => {
    running = await startService(
      workerConfig({ databaseUrl: database.urlAs('comanda_order_worker'), queues }, more),
      schemas,
    )
    return running
  }
  const mug = () => place(orderOf([{ sku: 'MUG', quantity: 1 }]))
  it('are parked with their reason, their orders end visibly, and the queue flows on', async () => {
    await start()
    const events = testEvents(client, queues.events)
    const [good, unreadable] = [mug(), mug()]
    const broken = { ...unreadable, data: { ...unreadable.data, order: { lines: 'none' } } }

    await send(client, queues.orders, ['{"half', broken, { ...ship(good.id), data: {} }, good])
    await events.next(good.id, 'confirmed')
    const rejected = await events.next(unreadable.id, 'rejected')
    const parked = await eventually(async () => {
      const rows = await ledger.rows<{ reason: string; order_id: string | null; queue: string }>(
        'select reason, order_id, queue from parked_messages order by reason',
      )
      return rows.length === 3 && rows
    }, 'three parked messages')

    expect(rejected.data).toMatchObject({ reason: 'unprocessable', version: 1 })
    expect(parked).toEqual([
      { reason: expect.stringMatching(/^\/data\/carrier: /), order_id: null, queue: expect.any(String) },
      {
        reason: expect.stringMatching(/^\/data\/order\/reference: /),
        order_id: unreadable.id,
        queue: expect.stringMatching(/orders$/),
      },
      { reason: 'the body is not JSON', order_id: null, queue: expect.any(String) },
    ])
    await eventually(async () => (await queueDepth(client, queues.orders)) === 0, 'an empty queue')
    expect(await queueDepth(client, queues.ordersDeadLetter)).toBe(0)
  })

  it('in a burst pause the consumer, since then the bug is ours', async () => {
    const worker = await start({ PARKING_BURST_COUNT: 5, PARKING_PAUSE_MS: 600_000 })

    await send(
      client,
      queues.orders,
      Array.from({ length: 10 }, (_, index) => `{"broken": ${index}`),
    )

    await eventually(() => worker.state === 'paused', 'the pause')
  })

  it('of a newer release wait in the dead-letter queue, and a newer worker takes them from there', async () => {
    const { 'comanda.order.ship.v1': _unknown, ...older } = COMMAND_SCHEMAS
    const old = await start({}, older)
    const order = mug()
    await send(client, queues.orders, [order, ship(order.id)])
    await testEvents(client, queues.events).next(order.id, 'confirmed')
    await eventually(async () => (await queueDepth(client, queues.ordersDeadLetter)) === 1, 'the dead letter')
    expect(await ledger.count('parked_messages where order_id = $1', order.id)).toBe(0)
    await old.stop()
    running = undefined

    const moved = await redrive({ client, from: queues.ordersDeadLetter, to: queues.orders, max: 10 })
    await start()
    const shipped = await testEvents(client, queues.events).next(order.id, 'shipped')

    expect(moved).toEqual({ moved: 1, failed: 0 })
    expect(shipped.data.version).toBe(2)
    expect(await queueDepth(client, queues.ordersDeadLetter)).toBe(0)
  })

  it.each([
    [
      'a missing migration',
      'alter table order_lines rename to order_lines_away',
      'alter table order_lines_away rename to order_lines',
    ],
    [
      'a missing permission',
      'revoke insert on commands from comanda_order_worker',
      'grant insert on commands to comanda_order_worker',
    ],
  ])('because of %s end no order: they wait until it is repaired', async (_what, breakIt, repair) => {
    await start()
    const orders = [mug(), mug(), mug()]
    await ledger.rows(breakIt)

    await send(client, queues.orders, orders)
    await eventually(
      async () => (await queueDepth(client, queues.ordersDeadLetter)) === 3,
      'three dead letters',
    )
    const ended = await ledger.count('orders where id = any($1)', [orders.map(({ id }) => id)])
    await ledger.rows(repair)
    await redrive({ client, from: queues.ordersDeadLetter, to: queues.orders, max: 10 })
    const events = testEvents(client, queues.events)
    for (const { id } of orders) await events.next(id, 'confirmed')

    expect(ended).toBe(0)
    expect(await ledger.violations()).toEqual([])
  })

  it('works with FIFO queues too, where an order is the group', async () => {
    queues = await createTestQueues({ fifo: true })
    await start()
    const order = mug()

    await send(client, queues.orders, [order, ship(order.id)])

    const events = testEvents(client, queues.events)
    await events.next(order.id, 'confirmed')
    await events.next(order.id, 'shipped')
    expect(events.all.map(({ data }) => data.version)).toEqual([1, 2])
  })
})
