import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues, emulatorClient } from '@comanda/e2e/embedded'
import type { Queues, TestDatabase } from '@comanda/e2e/embedded'
import { EVENT_SCHEMAS } from '@comanda/shared/messages'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { startService } from '../src/service.js'
import type { OrderWorker } from '../src/service.js'
import { adjust, cancel, deliver, orderOf, place, put, ship } from './support/commands.js'
import { eventually } from './support/eventually.js'
import { openLedger } from './support/ledger.js'
import type { Ledger } from './support/ledger.js'
import { send, testEvents, workerConfig } from './support/worker.js'
import type { TestEvents } from './support/worker.js'

describe('order-worker', () => {
  let database: TestDatabase
  let queues: Queues
  let client: SQSClient
  let worker: OrderWorker
  let events: TestEvents
  let ledger: Ledger

  beforeAll(async () => {
    database = await createTestDatabase()
    queues = await createTestQueues()
    client = emulatorClient(queues.endpoint)
    events = testEvents(client, queues.events)
    worker = await startService(workerConfig({ databaseUrl: database.urlAs('comanda_order_worker'), queues }))
    ledger = openLedger(database.url)
    await send(client, queues.orders, [put('MUG', { name: 'Mug' }), adjust('MUG', 1_000)])
    await eventually(async () => (await ledger.available('MUG')) === 1_000, 'the stock')
  })
  afterAll(async () => {
    await worker.stop()
    client.destroy()
    await ledger.end()
    await database.drop()
  })

  it('confirms an order and tells it with its trace', async () => {
    const order = place(
      orderOf([{ sku: 'MUG', quantity: 3 }], { customer: { email: 'ann@shop.example', language: 'es' } }),
    )
    const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

    await send(client, queues.orders, [order], traceParent)
    const event = await events.next(order.subject, 'confirmed')

    expect(EVENT_SCHEMAS['comanda.order.confirmed.v1'].parse(event)).toEqual(event)
    expect(event.data).toEqual({
      reference: '536365',
      version: 1,
      acceptedAt: '2026-01-15T09:30:00.000Z',
      currency: 'GBP',
      total: '7.5000',
      lineCount: 1,
      lines: [{ sku: 'MUG', name: 'Mug', quantity: 3, unitPrice: '2.5000', amount: '7.5000' }],
      language: 'es',
      email: 'ann@shop.example',
    })
    expect(events.traceParents.get(event.id)).toBe(traceParent)
  })

  it('carries an order through every state', async () => {
    const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]))

    await send(client, queues.orders, [order, ship(order.subject), deliver(order.subject)])

    const shipped = await events.next(order.subject, 'shipped')
    const delivered = await events.next(order.subject, 'delivered')
    expect(EVENT_SCHEMAS['comanda.order.shipped.v1'].parse(shipped)).toMatchObject({
      data: { version: 2, carrier: 'Royal Mail', trackingNumber: 'RM123456785GB', total: '2.5000' },
    })
    expect(EVENT_SCHEMAS['comanda.order.delivered.v1'].parse(delivered).data.version).toBe(3)
  })

  it('cancels a confirmed order', async () => {
    const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]))
    await send(client, queues.orders, [order])
    await events.next(order.subject, 'confirmed')

    await send(client, queues.orders, [cancel(order.subject, { reason: 'ordered twice' })])
    const cancelled = await events.next(order.subject, 'cancelled')

    expect(EVENT_SCHEMAS['comanda.order.cancelled.v1'].parse(cancelled).data).toMatchObject({
      version: 2,
      lines: [{ sku: 'MUG', name: 'Mug', quantity: 1 }],
    })
  })

  it('leaves a ledger without a contradiction, and an empty outbox', async () => {
    await eventually(async () => (await ledger.count('outbox')) === 0, 'an empty outbox')

    expect(await ledger.violations()).toEqual([])
  })

  it('shows its health and its metrics on the admin port', async () => {
    const get = (path: string) => fetch(`http://127.0.0.1:${worker.adminPort}${path}`)

    const [live, ready, metrics] = await Promise.all([get('/livez'), get('/readyz'), get('/metrics')])

    expect([live.status, ready.status]).toEqual([200, 200])
    expect(await metrics.text()).toContain('orders_decided_total{status="confirmed"')
  })
})
