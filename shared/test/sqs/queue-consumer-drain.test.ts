import { describe, expect, it } from '@jest/globals'
import { DONE } from '../../src/sqs/outcome.js'
import { StubQueue } from './stub-queue.js'
import { startConsumer } from './test-consumer.js'
import { turns } from './turns.js'
import { until } from './until.js'

describe('the drain of the queue consumer', () => {
  it('ends at once when the consumer never started or has nothing to do', async () => {
    const queue = new StubQueue()
    const { consumer } = startConsumer(queue)

    expect(await consumer.drain(5_000)).toBe('drained')
    expect(consumer.state).toBe('stopped')
  })

  it('waits for running handlers and their deletes', async () => {
    const queue = new StubQueue()
    queue.add('slow')
    const end: PromiseWithResolvers<void> = Promise.withResolvers()
    const { consumer } = startConsumer(queue, {
      async handle(messages) {
        await end.promise
        return messages.map(() => DONE)
      },
    })
    await until(() => consumer.inHand === 1, 'the handler runs')
    let how: string | undefined

    const drain = consumer.drain(5_000).then((answer) => (how = answer))

    await until(() => queue.openReceives === 0, 'the open poll has ended')
    await turns(5)
    expect([how, consumer.state]).toEqual([undefined, 'draining'])
    end.resolve()
    expect(await drain).toBe('drained')
    expect(queue.depth).toBe(0)
    expect(consumer.inHand).toBe(0)
  })

  it('waits for the open poll, and gives back what it brings', async () => {
    const queue = new StubQueue({ secondMs: 10_000 })
    const handled: string[] = []
    const { consumer } = startConsumer(queue, {
      handle: (messages) => {
        handled.push(...messages.map(({ body }) => body))
        return Promise.resolve(messages.map(() => DONE))
      },
    })
    await until(() => queue.openReceives === 1, 'a poll is open')

    const drain = consumer.drain(5_000)
    await turns(5)
    const late = queue.add('late')

    expect(await drain).toBe('drained')
    expect(handled).toEqual([])
    expect(queue.changes).toEqual([{ id: late, seconds: 0 }])
    expect(queue.count('ReceiveMessage')).toBe(1)
  })

  it('gives back what has not started, unhandled', async () => {
    const queue = new StubQueue()
    for (let i = 0; i < 10; i += 1) queue.add(String(i))
    let handled = 0
    const end: PromiseWithResolvers<void> = Promise.withResolvers()
    const { consumer } = startConsumer(queue, {
      batchSize: 2,
      concurrency: 1,
      async handle(messages) {
        handled += messages.length
        await end.promise
        return messages.map(() => DONE)
      },
    })
    await until(() => consumer.inHand === 10, 'all are in hand')

    const drain = consumer.drain(5_000)
    await until(() => queue.changes.length >= 8, 'the waiting ones are given back')
    end.resolve()

    expect(await drain).toBe('drained')
    expect(queue.changes.every(({ seconds }) => seconds === 0)).toBe(true)
    expect(handled).toBe(2)
    expect([queue.deleted.length, queue.depth]).toEqual([2, 8])
  })

  it('ends at its time-out, tells the handlers, and deletes nothing after it', async () => {
    const queue = new StubQueue()
    queue.add('hangs')
    let aborted = false
    const end: PromiseWithResolvers<void> = Promise.withResolvers()
    const { consumer } = startConsumer(queue, {
      async handle(messages, signal) {
        signal.addEventListener('abort', () => (aborted = true))
        await end.promise
        return messages.map(() => DONE)
      },
    })
    await until(() => consumer.inHand === 1, 'the handler runs')

    expect(await consumer.drain(50)).toBe('timed_out')

    expect([aborted, consumer.state]).toEqual([true, 'stopped'])
    end.resolve()
    await turns(5)
    expect(queue.deleted).toEqual([])
  })

  it('gives the same answer when it is asked for twice', async () => {
    const { consumer } = startConsumer(new StubQueue())

    const first = consumer.drain(5_000)

    expect(consumer.drain(0)).toBe(first)
    expect(await first).toBe('drained')
  })

  it('ends during a pause', async () => {
    const queue = new StubQueue()
    queue.add('a')
    const { consumer } = startConsumer(queue, {
      dependency: { isAway: () => true, probe: () => Promise.resolve(false) },
      handle: () => Promise.reject(new Error('away')),
    })
    await until(() => consumer.state === 'paused', 'it is paused')

    expect(await consumer.drain(5_000)).toBe('drained')
  })

  it('ends while the queue is away', async () => {
    const queue = new StubQueue()
    queue.failCall = () => new Error('connect ECONNREFUSED')
    const { consumer, observer } = startConsumer(queue)
    await until(() => observer.errors.length === 1, 'a receive fails')

    expect(await consumer.drain(5_000)).toBe('drained')
  })
})
