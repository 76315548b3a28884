import { describe, expect, it } from '@jest/globals'
import { asciiJson } from '@comanda/shared/messages'
import type { ReceivedMessage } from '@comanda/shared/sqs'
import { createParking } from '../../src/adapters/sqs/park-messages.js'
import { StoreError } from '../../src/domain/ports.js'
import type { OrderStore, OutboxEvent, ParkedCommand } from '../../src/domain/ports.js'
import { createMemoryOrderStore } from '../fakes/memory-order-store.js'
import { orderOf, place } from '../support/commands.js'

function setup(fail: (parked: readonly ParkedCommand[]) => StoreError | undefined = () => undefined) {
  const memory = createMemoryOrderStore(() => new Date('2026-01-15T09:30:00.412Z'))
  const published: OutboxEvent[] = []
  const counts = { ended: 0 }
  const store: OrderStore = {
    ...memory,
    parkAll: async (parked) => {
      const error = fail(parked)
      if (error !== undefined) throw error
      return memory.parkAll(parked)
    },
  }
  const park = createParking({
    store,
    relay: { publish: (events) => void published.push(...events) },
    queue: 'orders',
    ended: (orders) => (counts.ended += orders),
  })
  return {
    counts,
    state: memory.state,
    published,
    park: (...messages: ReceivedMessage[]) =>
      park(messages.map((message) => ({ message, reason: 'unreadable' }))),
  }
}

let ids = 0
const message = (body: unknown): ReceivedMessage => ({
  id: `m-${(ids += 1)}`,
  body: typeof body === 'string' ? body : asciiJson(body),
  receiptHandle: 'r',
  receiveCount: 3,
  sentAt: new Date('2026-01-15T09:31:00.000Z'),
  firstReceivedAt: new Date('2026-01-15T09:31:00.000Z'),
  attributes: {},
})
const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]))

describe('parking messages', () => {
  it('ends the order that an unreadable place names, with what its envelope tells', async () => {
    const { park, state, published, counts } = setup()

    await park(message({ ...order, data: 'nonsense', actor: '', time: 'yesterday' }))

    expect([...state.orders.values()]).toMatchObject([
      {
        id: order.id,
        account: order.account,
        actor: 'unknown',
        acceptedAt: '2026-01-15T09:31:00.000Z',
        reason: 'unprocessable',
      },
    ])
    expect(published).toHaveLength(1)
    expect(counts.ended).toBe(1)
  })

  it.each([
    ['broken JSON', '{'],
    ['a command that places no order', { ...order, type: 'comanda.order.cancel.v1' }],
    ['a place without an account', { ...order, account: '' }],
    ['a place whose id is no order id', { ...order, id: 'x', subject: 'x' }],
    ['a place with two ids', { ...order, subject: 'ffffffff-ffff-8fff-bfff-ffffffffffff' }],
  ])('keeps %s without ending an order', async (_what, body) => {
    const { park, state } = setup()

    await park(message(body))

    expect(state.parked.size).toBe(1)
    expect(state.orders.size).toBe(0)
  })

  it('keeps the others when one cannot be kept together with them', async () => {
    const bad = message(order)
    const { park, state } = setup((parked) =>
      parked.some(({ messageId, order: named }) => messageId === bad.id && named !== undefined)
        ? new StoreError('value', '22008')
        : undefined,
    )

    await park(message('{'), bad, message('['))

    expect(state.parked.size).toBe(3)
    expect(state.orders.size).toBe(0)
  })

  it.each(['away', 'defect', 'conflict'] as const)(
    'rejects while the store is %s, so that nothing is deleted',
    async (code) => {
      const { park } = setup(() => new StoreError(code, 'x'))

      await expect(park(message('{'), message('['))).rejects.toMatchObject({ code })
    },
  )
})
