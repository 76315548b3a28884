import { describe, expect, it } from '@jest/globals'
import { DONE } from '../../src/sqs/outcome.js'
import { StubQueue } from './stub-queue.js'
import { startConsumer } from './test-consumer.js'
import { until } from './until.js'

/** A beat every few milliseconds. */
const QUICK = { heartbeatSeconds: 0.01, visibilityTimeoutSeconds: 60 }

describe('the heartbeat of the queue consumer', () => {
  it('extends messages that run or wait, and no others', async () => {
    const queue = new StubQueue()
    const extended = (id: string): number => queue.changes.filter((change) => change.id === id).length
    const [quick, slow, waiting] = ['quick', 'slow', 'waiting'].map((body) => queue.add(body)) as [
      string,
      string,
      string,
    ]
    const end: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      ...QUICK,
      batchSize: 1,
      concurrency: 1,
      async handle(messages) {
        if (messages[0]?.body === 'slow') await end.promise
        return messages.map(() => DONE)
      },
    })

    await until(() => extended(slow) >= 3 && extended(waiting) >= 3, 'both are extended')

    expect(extended(quick)).toBeLessThanOrEqual(1)
    expect(queue.changes.every(({ seconds }) => seconds === 60)).toBe(true)
    end.resolve()
    await until(() => queue.depth === 0, 'all are done')
    const after = queue.count('ChangeMessageVisibilityBatch')
    await until(() => queue.count('ReceiveMessage') > 3, 'time passes')
    expect(queue.count('ChangeMessageVisibilityBatch')).toBeLessThanOrEqual(after + 1)
    expect(test.observer.errors).toEqual([])
  })

  it('extends many messages in calls of ten', async () => {
    const queue = new StubQueue()
    for (let i = 0; i < 30; i += 1) queue.add(String(i))
    const end: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      heartbeatSeconds: 0.05,
      concurrency: 3,
      async handle(messages) {
        await end.promise
        return messages.map(() => DONE)
      },
    })
    await until(() => test.consumer.inHand === 30, 'all are in hand')
    await until(() => queue.changes.length >= 60, 'all are extended twice')

    expect(queue.count('ChangeMessageVisibilityBatch') / queue.changes.length).toBeLessThanOrEqual(0.2)
    end.resolve()
  })

  it.each(['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue'])(
    'does not mind a message that is no longer in flight (%s)',
    async (code) => {
      const queue = new StubQueue()
      queue.add('gone')
      let beats = 0
      queue.onChange = () => {
        beats += 1
        return { code }
      }
      await using test = startConsumer(queue, {
        ...QUICK,
        async handle(messages) {
          await until(() => beats >= 3, 'the heart beats')
          return messages.map(() => DONE)
        },
      })

      await until(() => queue.depth === 0, 'the message is done')

      expect(test.observer.errors).toEqual([])
    },
  )

  it('survives heartbeats that fail, and tells of them', async () => {
    const queue = new StubQueue()
    queue.add('slow')
    queue.failCall = (name) =>
      name === 'ChangeMessageVisibilityBatch' ? new Error('connect ECONNREFUSED') : undefined
    await using test = startConsumer(queue, {
      ...QUICK,
      async handle(messages) {
        await until(() => test.observer.errors.length >= 3, 'heartbeats fail')
        return messages.map(() => DONE)
      },
    })

    await until(() => queue.depth === 0, 'the message is done')

    expect(test.observer.errors.every(({ operation }) => operation === 'extend')).toBe(true)
  })

  it('stops at the handling limit: the signal aborts, the message is let go and not deleted', async () => {
    const queue = new StubQueue()
    const hanging = queue.add('hangs')
    const aborted: unknown[] = []
    const late: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      ...QUICK,
      concurrency: 1,
      maxHandlingSeconds: 0.08,
      async handle(messages, signal) {
        if (messages[0]?.body === 'hangs') {
          signal.addEventListener('abort', () => aborted.push(signal.reason))
          await late.promise
        }
        return messages.map(() => DONE)
      },
    })
    await until(() => aborted.length === 1, 'the signal aborts')
    expect(aborted).toEqual([new Error('the handling limit is over')])
    await until(() => test.consumer.inHand === 0, 'the message is let go')
    const changes = queue.changes.length

    queue.add('next')
    await until(() => queue.deleted.length === 1, 'its handler is free again')
    late.resolve()
    await until(() => queue.count('ReceiveMessage') > 4, 'time passes')

    expect(queue.deleted).not.toContain(hanging)
    expect(queue.changes.filter(({ id }) => id === hanging).length).toBeLessThanOrEqual(changes + 1)
    expect(test.observer.settlements[0]).toMatchObject({
      outcome: 'retry',
      id: hanging,
      reason: 'handling_limit',
    })
  })

  it('gives back what has waited for longer than the limit', async () => {
    const queue = new StubQueue()
    queue.add('first')
    const second = queue.add('second')
    const end: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      ...QUICK,
      batchSize: 1,
      concurrency: 1,
      maxHandlingSeconds: 0.08,
      async handle(messages) {
        await end.promise
        return messages.map(() => DONE)
      },
    })

    await until(
      () => queue.changes.some(({ id, seconds }) => id === second && seconds === 0),
      'the second is given back',
    )
    end.resolve()
    expect(test.observer.errors).toEqual([])
  })

  it('does not start a message whose visibility ran out while it waited', async () => {
    const queue = new StubQueue({ secondMs: 1_000 })
    queue.add('first')
    const second = queue.add('second')
    queue.onChange = () => ({ code: 'InternalError' })
    const bodies: string[] = []
    await using test = startConsumer(queue, {
      visibilityTimeoutSeconds: 1,
      heartbeatSeconds: 0.4,
      batchSize: 1,
      concurrency: 1,
      maxInHand: 10,
      async handle(messages) {
        bodies.push(messages[0]?.body ?? '')
        if (bodies.length === 1) {
          const start = performance.now()
          await until(() => performance.now() - start > 1_050, 'the visibility runs out')
        }
        return messages.map(() => DONE)
      },
    })

    await until(() => queue.deleted.includes(second), 'the second is done')

    expect(test.observer.settlements).toContainEqual({
      outcome: 'retry',
      id: second,
      receiveCount: 1,
      reason: 'visibility_lost',
    })
  })
})
