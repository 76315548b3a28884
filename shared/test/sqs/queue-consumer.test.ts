import { describe, expect, it } from '@jest/globals'
import { DONE } from '../../src/sqs/outcome.js'
import type { Outcome } from '../../src/sqs/outcome.js'
import type { ParkedMessage } from '../../src/sqs/queue-consumer.js'
import type { ReceivedMessage } from '../../src/sqs/received-message.js'
import { StubQueue } from './stub-queue.js'
import { startConsumer } from './test-consumer.js'
import { until } from './until.js'

const RETRY: Outcome = { kind: 'retry', reason: 'not_yet' }

describe('the queue consumer', () => {
  it('asks for every attribute that it hands on', async () => {
    const queue = new StubQueue()
    queue.add('body', { groupId: 'acme', attributes: { traceparent: '00-ab-cd-01' } })
    const seen: ReceivedMessage[] = []

    await using test = startConsumer(queue, {
      handle: (messages) => {
        seen.push(...messages)
        return Promise.resolve(messages.map(() => DONE))
      },
    })
    await until(() => queue.depth === 0, 'the message is deleted')

    expect(seen).toEqual([
      {
        id: 'message-1',
        body: 'body',
        receiptHandle: 'message-1#1',
        receiveCount: 1,
        sentAt: new Date(1_700_000_000_000),
        firstReceivedAt: new Date(1_700_000_060_000),
        groupId: 'acme',
        attributes: { traceparent: '00-ab-cd-01' },
      },
    ])
    await until(() => test.observer.settlements.length === 1, 'the settlement is told')
    expect(test.observer.settlements).toEqual([
      { outcome: 'done', id: 'message-1', receiveCount: 1, reason: undefined },
    ])
  })

  it('deletes in batches of ten', async () => {
    const queue = new StubQueue()
    for (let i = 0; i < 50; i += 1) queue.add(String(i))

    await using test = startConsumer(queue)
    await until(() => queue.depth === 0, 'all are deleted')

    expect(queue.count('DeleteMessageBatch')).toBeLessThanOrEqual(10)
    expect(queue.count('ChangeMessageVisibilityBatch')).toBe(0)
    expect(test.observer.errors).toEqual([])
  })

  it('receives and handles on while one batch is slow', async () => {
    const queue = new StubQueue()
    queue.add('slow')
    const slow: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      concurrency: 2,
      async handle(messages) {
        if (messages.some(({ body }) => body === 'slow')) await slow.promise
        return messages.map(() => DONE)
      },
    })
    await until(() => queue.count('ReceiveMessage') > 1, 'the slow message is received')

    for (let i = 0; i < 30; i += 1) queue.add('quick')
    await until(() => queue.deleted.length === 30, 'the quick ones are done')

    expect(queue.depth).toBe(1)
    slow.resolve()
    await until(() => queue.depth === 0, 'the slow one is done')
    expect(test.observer.errors).toEqual([])
  })

  it('hands over what is in hand up to the batch size, to so many handlers and no more', async () => {
    const queue = new StubQueue()
    for (let i = 0; i < 100; i += 1) queue.add(String(i))
    const open: { size: number; end: () => void }[] = []
    let all = 0
    await using test = startConsumer(queue, {
      batchSize: 25,
      concurrency: 2,
      maxInHand: 60,
      handle: (messages) =>
        new Promise((resolve) => {
          all += messages.length
          open.push({
            size: messages.length,
            end: () => resolve(messages.map(() => DONE)),
          })
        }),
    })
    await until(() => test.consumer.inHand === 60, 'the hand is full')

    expect(open.map(({ size }) => size)).toEqual([10, 25])
    open[0]?.end()
    await until(() => open.length === 3, 'the next batch starts')

    expect(open[2]?.size).toBe(25)
    while (queue.depth > 0) {
      await until(() => open.length > 0 || queue.depth === 0, 'a batch starts')
      open.shift()?.end()
    }
    expect(all).toBe(100)
  })

  it('lets small batches grow while one is handled', async () => {
    const queue = new StubQueue()
    queue.add('first')
    const first: PromiseWithResolvers<void> = Promise.withResolvers()
    const sizes: number[] = []
    await using test = startConsumer(queue, {
      batchSize: 25,
      concurrency: 2,
      async handle(messages) {
        sizes.push(messages.length)
        if (sizes.length === 1) await first.promise
        return messages.map(() => DONE)
      },
    })
    await until(() => sizes.length === 1, 'the first batch starts')
    for (const inHand of [4, 7, 10]) {
      for (let i = 0; i < 3; i += 1) queue.add('more')
      await until(() => test.consumer.inHand === inHand, 'they are in hand')
    }
    first.resolve()
    await until(() => queue.deleted.length === 10, 'all are done')

    expect(sizes).toEqual([1, 9])
  })

  it('starts a small batch beside one that hangs', async () => {
    const queue = new StubQueue()
    queue.add('hangs')
    const hanging: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      batchSize: 25,
      concurrency: 2,
      async handle(messages) {
        if (messages.some(({ body }) => body === 'hangs')) await hanging.promise
        return messages.map(() => DONE)
      },
    })
    await until(() => test.consumer.inHand === 1, 'it is in hand')
    queue.add('small')
    await until(() => queue.deleted.length === 1, 'the small batch is done')

    hanging.resolve()
    await until(() => queue.depth === 0, 'the hanging one is done, too')
  })

  it('never takes more in hand than it may', async () => {
    const queue = new StubQueue()
    for (let i = 0; i < 200; i += 1) queue.add(String(i))
    let most = 0
    await using test = startConsumer(queue, {
      maxInHand: 30,
      maxPollers: 4,
      async handle(messages) {
        most = Math.max(most, test.consumer.inHand)
        await new Promise((resolve) => setImmediate(resolve))
        return messages.map(() => DONE)
      },
    })

    await until(() => queue.depth === 0, 'all are done')

    expect(most).toBeGreaterThan(10)
    expect(most).toBeLessThanOrEqual(30)
  })

  it('settles each message of a batch by its own outcome', async () => {
    const queue = new StubQueue()
    const parked: ParkedMessage[] = []
    for (const body of ['done', 'later', 'broken']) queue.add(body)
    await using test = startConsumer(queue, {
      handle: (messages) =>
        Promise.resolve(
          messages.map(({ body }): Outcome => {
            if (body === 'later') return { kind: 'retry', reason: 'not_yet', delaySeconds: 7 }
            return body === 'broken' ? { kind: 'park', reason: 'bad_json' } : DONE
          }),
        ),
      park: (messages) => {
        parked.push(...messages)
        return Promise.resolve()
      },
    })

    await until(() => queue.deleted.length === 2 && queue.changes.length === 1, 'all three are settled')

    expect(queue.deleted.toSorted()).toEqual(['message-1', 'message-3'])
    expect(queue.changes).toEqual([{ id: 'message-2', seconds: 7 }])
    expect(parked.map(({ message, reason }) => [message.body, reason])).toEqual([['broken', 'bad_json']])
    await until(() => test.observer.settlements.length === 3, 'all three are told')
    expect(test.observer.settlements).toContainEqual({
      outcome: 'park',
      id: 'message-3',
      receiveCount: 1,
      reason: 'bad_json',
    })
  })

  it('does not delete what could not be parked', async () => {
    const queue = new StubQueue()
    queue.add('broken')
    await using test = startConsumer(queue, {
      handle: () => Promise.resolve([{ kind: 'park', reason: 'bad_json' }]),
      park: () => Promise.reject(new Error('no such table')),
    })

    await until(() => queue.changes.length === 1, 'it is made visible again')

    expect(queue.deleted).toEqual([])
    expect(test.observer.settlements[0]).toMatchObject({ outcome: 'retry', reason: 'park_failed' })
  })

  it('acknowledges nothing by accident: a message without an outcome is retried', async () => {
    const queue = new StubQueue()
    queue.add('first')
    queue.add('second')
    await using test = startConsumer(queue, { handle: () => Promise.resolve([DONE]) })

    await until(() => queue.deleted.length === 1 && queue.changes.length === 1, 'both are settled')

    expect(queue.deleted).toEqual(['message-1'])
    expect(queue.changes).toMatchObject([{ id: 'message-2' }])
    expect(test.observer.settlements).toContainEqual(expect.objectContaining({ reason: 'no_outcome' }))
  })

  it('retries the whole batch when its handler throws', async () => {
    const queue = new StubQueue()
    queue.add('first')
    queue.add('second')
    let calls = 0
    await using test = startConsumer(queue, {
      handle(messages) {
        calls += 1
        if (calls === 1) throw new Error('a bug')
        return Promise.resolve(messages.map(() => DONE))
      },
    })

    await until(() => queue.depth === 0, 'a later try succeeds')

    expect(queue.changes).toHaveLength(2)
    expect(test.observer.errors).toEqual([])
  })

  it('backs off by receive count with jitter, up to the largest delay', async () => {
    const queue = new StubQueue({ secondMs: 1 })
    queue.add('never')
    await using test = startConsumer(queue, {
      handle: () => Promise.resolve([RETRY]),
      backoffSeconds: { first: 2, max: 16 },
    })

    await until(() => queue.changes.length >= 8, 'it was retried')

    for (const [index, { seconds }] of queue.changes.slice(0, 8).entries()) {
      expect(seconds).toBeGreaterThanOrEqual(1)
      expect(seconds).toBeLessThanOrEqual(Math.min(16, 2 * 2 ** index))
    }
    expect(test.observer.settlements[3]).toMatchObject({ receiveCount: 4, reason: 'not_yet' })
  })

  it('tries a failed delete once more, then leaves the message to redelivery', async () => {
    const queue = new StubQueue()
    const tries = new Map<string, number>()
    queue.onDelete = (id) => {
      const count = (tries.get(id) ?? 0) + 1
      tries.set(id, count)
      if (id === 'message-1') return count === 1 ? { code: 'InternalError' } : 'ok'
      if (id === 'message-2') return { code: 'InternalError' }
      return id === 'message-3' && count === 1 ? 'missing' : 'ok'
    }
    for (let i = 0; i < 4; i += 1) queue.add(String(i))

    await using test = startConsumer(queue)
    await until(() => queue.deleted.length === 3 && test.consumer.inHand === 0, 'the others are deleted')

    expect(Object.fromEntries(tries)).toEqual({
      'message-1': 2,
      'message-2': 2,
      'message-3': 2,
      'message-4': 1,
    })
    expect(test.observer.errors).toMatchObject([{ operation: 'delete', error: { code: 'InternalError' } }])
    expect(test.observer.settlements.map(({ id }) => id)).not.toContain('message-2')
  })

  it('lets a message go whose visibility change fails, and tells of it', async () => {
    const queue = new StubQueue()
    queue.onChange = () => ({ code: 'InternalError' })
    queue.add('later')

    await using test = startConsumer(queue, { handle: () => Promise.resolve([RETRY]) })
    await until(() => test.observer.errors.length === 1, 'the failure is told')

    expect(test.observer.errors[0]).toMatchObject({ operation: 'give_back' })
    expect(test.consumer.inHand).toBe(0)
  })

  it('handles a message again that the queue hands out twice', async () => {
    const queue = new StubQueue({ secondMs: 1 })
    queue.add('twice')
    let handled = 0
    queue.onDelete = () => (handled < 2 ? { code: 'InternalError' } : 'ok')

    await using test = startConsumer(queue, {
      visibilityTimeoutSeconds: 20,
      heartbeatSeconds: 10,
      handle: (messages) => {
        handled += 1
        return Promise.resolve(messages.map(() => DONE))
      },
    })

    await until(() => queue.depth === 0, 'the second delete succeeds')
    expect(handled).toBe(2)
    expect(test.observer.errors).toMatchObject([{ operation: 'delete' }])
  })

  it.each([
    ['batchSize', 101],
    ['concurrency', 0],
    ['maxInHand', 9],
    ['maxPollers', 0],
    ['waitTimeSeconds', 21],
    ['heartbeatSeconds', 31],
  ])('refuses to be made with %s %d', (name, value) => {
    expect(() => startConsumer(new StubQueue(), { [name]: value })).toThrow(new RegExp(`^${name} of`))
  })
})
