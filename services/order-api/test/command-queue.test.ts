import { describe, expect, it } from '@jest/globals'
import type { EntryResult, OutgoingMessage, QueueSender } from '@comanda/shared/sqs'
import { createSqsCommandQueue } from '../src/adapters/sqs/command-queue.js'
import type { SqsCommandQueueOptions } from '../src/adapters/sqs/command-queue.js'
import type { KeyClaim, QueuedCommand } from '../src/domain/ports.js'
import { idOf } from './orders-for-tests.js'

const place = (number: number, key = `key-0123456789-${number}`): QueuedCommand => ({
  id: idOf(number),
  subject: idOf(number),
  group: 'caller',
  body: `{"order":${number}}`,
  claim: { account: 'giftshop', actor: 'storefront', key, orderId: idOf(number) },
})
const cancel: QueuedCommand = { id: 'cancel', subject: idOf(1), group: 'caller', body: '{}' }

const SENT: EntryResult = { kind: 'sent' }

function stand(options: Partial<SqsCommandQueueOptions> & { stored?: Record<string, string> } = {}) {
  const calls: OutgoingMessage[][] = []
  const lookups: KeyClaim[][] = []
  const { stored = {}, ...others } = options
  const sender: QueueSender = {
    sendBatch: async (messages) => {
      calls.push([...messages])
      return messages.map(() => SENT)
    },
  }
  const queue = createSqsCommandQueue({
    sender,
    keyOwners: {
      ownersOf: async (claims) => {
        lookups.push([...claims])
        return claims.map(({ key }) => stored[key])
      },
    },
    fifo: false,
    lanes: { min: 1, max: 1 },
    maxWaiting: 100,
    maxWaitingBytes: 10_000,
    budgetMs: 5_000,
    onDeparture: () => undefined,
    ...others,
  })
  return { queue, calls, lookups }
}

const never = () => new Promise<never>(() => undefined)

describe('the queue of commands', () => {
  it('looks the keys of all that leave together up in one query, and sends them in one call', async () => {
    const { queue, calls, lookups } = stand()

    const results = await Promise.all([queue.send(place(1)), queue.send(place(2)), queue.send(cancel)])

    expect(results).toEqual(['sent', 'sent', 'sent'])
    expect(lookups.map((claims) => claims.map(({ orderId }) => orderId))).toEqual([[idOf(1), idOf(2)]])
    expect(calls.map((messages) => messages.length)).toEqual([3])
  })

  it('does not send an order that is stored, nor one whose key is another order’s', async () => {
    const { queue, calls } = stand({
      stored: { 'key-0123456789-1': idOf(1), 'key-0123456789-2': idOf(77) },
    })

    const results = await Promise.all([queue.send(place(1)), queue.send(place(2)), queue.send(place(3))])

    expect(results).toEqual(['known', 'key_reused', 'sent'])
    expect(calls.flat().map(({ body }) => body)).toEqual(['{"order":3}'])
  })

  it('makes no call when all that leave are stored', async () => {
    const { queue, calls } = stand({ stored: { 'key-0123456789-1': idOf(1) } })

    expect(await queue.send(place(1))).toBe('known')
    expect(calls).toEqual([])
  })

  it('sends when keys cannot be looked up: the worker is the judge', async () => {
    const { queue } = stand({ keyOwners: { ownersOf: async () => undefined } })

    expect(await queue.send(place(1))).toBe('sent')
  })

  it('groups by caller on a standard queue', async () => {
    const { queue, calls } = stand()

    await queue.send({ ...place(1), traceparent: '00-1-2-01' })

    expect(calls[0]).toEqual([
      {
        body: '{"order":1}',
        groupId: 'caller',
        deduplicationId: idOf(1),
        attributes: { traceparent: '00-1-2-01' },
      },
    ])
  })

  it('groups by order on a FIFO queue', async () => {
    const { queue, calls } = stand({ fifo: true })

    await queue.send(cancel)

    expect(calls[0]).toEqual([{ body: '{}', groupId: idOf(1), deduplicationId: 'cancel' }])
  })

  it('says that the queue is not available when a call fails', async () => {
    const { queue } = stand({ sender: { sendBatch: () => Promise.reject(new Error('refused')) } })

    await expect(queue.send(place(1))).rejects.toMatchObject({ code: 'queue_unavailable' })
  })

  it('settles each on its own when some entries fail', async () => {
    const { queue } = stand({
      sender: {
        sendBatch: async (messages) =>
          messages.map(({ body }) =>
            body.includes('2') ? { kind: 'failed', code: 'Invalid', retryable: false } : SENT,
          ),
      },
    })

    const results = await Promise.allSettled([queue.send(place(1)), queue.send(place(2))])

    expect(results).toMatchObject([
      { status: 'fulfilled', value: 'sent' },
      { status: 'rejected', reason: { code: 'queue_unavailable' } },
    ])
  })

  it('answers within its budget when the queue does not', async () => {
    const { queue } = stand({ budgetMs: 50, sender: { sendBatch: never } })

    await expect(queue.send(place(1))).rejects.toMatchObject({ code: 'queue_unavailable' })
  })

  it('does not send for callers who are gone', async () => {
    const calls: string[] = []
    const first = Promise.withResolvers<readonly EntryResult[]>()
    const { queue } = stand({
      budgetMs: 50,
      sender: {
        sendBatch: (messages) => {
          calls.push(...messages.map(({ body }) => body))
          return first.promise
        },
      },
    })
    await expect(queue.send(place(1))).rejects.toMatchObject({ code: 'queue_unavailable' })
    await expect(queue.send(place(2))).rejects.toMatchObject({ code: 'queue_unavailable' })

    first.resolve([SENT])
    await queue.drain()

    expect(calls).toEqual(['{"order":1}'])
  })

  it('refuses at once when too many wait', async () => {
    const { queue } = stand({ maxWaiting: 1, budgetMs: 50, sender: { sendBatch: never } })
    const underWay = Array.from({ length: 10 }, (_, number) => queue.send(place(number)))
    const waiting = queue.send(place(20))

    await expect(queue.send(place(21))).rejects.toMatchObject({ code: 'overloaded' })

    await Promise.allSettled([...underWay, waiting])
  })

  it('finishes what it took and takes nothing more when it drains', async () => {
    const { queue, calls } = stand()
    const sent = queue.send(place(1))

    await queue.drain()

    expect(await sent).toBe('sent')
    expect(calls.length).toBe(1)
    await expect(queue.send(place(2))).rejects.toMatchObject({ code: 'overloaded' })
  })
})
