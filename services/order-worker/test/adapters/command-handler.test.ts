import { describe, expect, it } from '@jest/globals'
import { asciiJson } from '@comanda/shared/messages'
import type { ReceivedMessage } from '@comanda/shared/sqs'
import { createCommandHandler } from '../../src/adapters/sqs/command-handler.js'
import type { Instruction } from '../../src/domain/instruction.js'
import { StoreError } from '../../src/domain/ports.js'
import type { OrderStore, OutboxEvent, StoreErrorCode } from '../../src/domain/ports.js'
import { createMemoryOrderStore } from '../fakes/memory-order-store.js'
import { adjust, orderOf, place, put, ship } from '../support/commands.js'

const DONE = { kind: 'done' }

/** A handler over a store in memory that fails as often and for whom a test says. */
function setup(fail: (batch: readonly Instruction[]) => StoreError | undefined = () => undefined) {
  const memory = createMemoryOrderStore(() => new Date('2026-01-15T09:30:00.412Z'))
  const batches: number[] = []
  const published: OutboxEvent[] = []
  const defects: string[] = []
  const store: OrderStore = {
    ...memory,
    applyAll: async (batch) => {
      batches.push(batch.length)
      const error = fail(batch)
      if (error !== undefined) throw error
      return memory.applyAll(batch)
    },
  }
  const handle = createCommandHandler({
    store,
    relay: { publish: (events) => void published.push(...events) },
    observer: { decided: () => undefined, split: () => undefined, defect: (id) => void defects.push(id) },
  })
  const bodies = (...messages: unknown[]) => handle(messages.map(message), new AbortController().signal)
  return { handle, bodies, batches, published, defects, state: memory.state }
}

let ids = 0
function message(body: unknown): ReceivedMessage {
  return {
    id: `m-${(ids += 1)}`,
    body: typeof body === 'string' ? body : asciiJson(body),
    receiptHandle: 'r',
    receiveCount: 1,
    sentAt: new Date(0),
    firstReceivedAt: new Date(0),
    attributes: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  }
}
const isFor = (sku: string) => (batch: readonly Instruction[]) =>
  batch.some(({ command }) => command.subject === sku)
const failing = (code: StoreErrorCode, detail = '22003') => new StoreError(code, detail)

describe('handling a batch of commands', () => {
  it('acknowledges what is decided and publishes its events with their trace', async () => {
    const { bodies, batches, published } = setup()
    const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]))

    const outcomes = await bodies(
      order,
      put('MUG'),
      adjust('MUG', 3),
      ship('0b000000-0000-8000-8000-000000000000'),
    )

    expect(outcomes).toEqual([DONE, DONE, DONE, { kind: 'retry', reason: 'unknown_order' }])
    expect(batches).toEqual([4])
    expect(published).toMatchObject([
      { orderId: order.id, traceParent: expect.stringContaining('00-0af765') },
    ])
  })

  it('parks what nobody can read, retries what a later release may, and handles the rest', async () => {
    const { bodies, batches } = setup()
    const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]))
    const { subject: _subject, ...withoutSubject } = order

    const outcomes = await bodies(
      '{"half',
      withoutSubject,
      { ...order, data: { ...order.data, order: { ...order.data.order, lines: [] } } },
      { ...order, id: 'not-a-uuid' },
      { ...put('MUG'), id: order.id.toUpperCase() },
      { ...ship(order.id), subject: 'MUG' },
      { ...order, id: '0b000000-0000-8000-8000-000000000000' },
      { ...order, type: 'comanda.order.place.v2' },
      ['an', 'array'],
      put('MUG'),
    )

    expect(outcomes).toEqual([
      { kind: 'park', reason: 'the body is not JSON' },
      { kind: 'park', reason: expect.stringMatching(/^\/subject: /) },
      { kind: 'park', reason: expect.stringMatching(/^\/data\/order\/lines: /) },
      { kind: 'park', reason: '/id: must be a UUID' },
      { kind: 'park', reason: '/id: must be a UUID' },
      { kind: 'park', reason: '/subject: must be the id of an order' },
      { kind: 'park', reason: '/subject: must equal the id of the place' },
      { kind: 'retry', reason: 'unknown type comanda.order.place.v2' },
      { kind: 'retry', reason: 'unknown type none' },
      DONE,
    ])
    expect(batches).toEqual([1])
  })

  it('splits a batch until the message with the refused value is alone, and parks that one', async () => {
    const { bodies, batches, state } = setup((batch) => (isFor('BAD')(batch) ? failing('value') : undefined))

    const outcomes = await bodies(...['A', 'B', 'C', 'BAD', 'D', 'E', 'F', 'G'].map((sku) => put(sku)))

    expect(outcomes).toEqual([
      DONE,
      DONE,
      DONE,
      { kind: 'park', reason: 'value 22003' },
      DONE,
      DONE,
      DONE,
      DONE,
    ])
    expect(batches).toEqual([8, 4, 2, 2, 1, 1, 4])
    expect([...(state.products.get('giftshop')?.keys() ?? [])]).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G'])
  })

  it('never ends a message for a defect, and holds up nobody else for it', async () => {
    const { bodies, defects } = setup((batch) =>
      isFor('BAD')(batch) ? failing('defect', 'unknown') : undefined,
    )

    const outcomes = await bodies(put('A'), put('BAD'), put('C'))

    expect(outcomes).toEqual([DONE, { kind: 'retry', reason: 'defect unknown' }, DONE])
    expect(defects).toHaveLength(1)
  })

  it.each([
    ['a missing table, and says so once', failing('defect', '42P01'), 1],
    ['a conflict that stays', failing('conflict', '40P01'), 0],
  ])('retries the whole batch at once for %s', async (_what, error, told) => {
    const { bodies, batches, defects } = setup(() => error)

    const outcomes = await bodies(put('A'), put('B'), put('C'))

    expect(outcomes.map(({ kind }) => kind)).toEqual(['retry', 'retry', 'retry'])
    expect(batches).toEqual([3])
    expect(defects).toHaveLength(told)
  })

  it('acknowledges nothing while the store is away, also when it goes in the middle of a split', async () => {
    const { bodies } = setup((batch) => {
      if (batch.length > 2) return failing('value')
      return isFor('C')(batch) ? failing('away', '57P01') : undefined
    })

    const attempt = bodies(put('A'), put('B'), put('C'), put('D'))

    await expect(attempt).rejects.toMatchObject({ code: 'away' })
  })

  it('leaves the rest of a batch to redelivery when its time is over', async () => {
    const { handle, batches } = setup((batch) => (batch.length > 1 ? failing('value') : undefined))
    const over = new AbortController()
    over.abort()

    const outcomes = await handle([message(put('A')), message(put('B'))], over.signal)

    expect(outcomes.map(({ kind }) => kind)).toEqual(['retry', 'retry'])
    expect(batches).toEqual([])
  })
})
