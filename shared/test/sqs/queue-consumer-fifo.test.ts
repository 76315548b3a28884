import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DONE } from '../../src/sqs/outcome.js'
import type { Outcome } from '../../src/sqs/outcome.js'
import { StubQueue } from './stub-queue.js'
import { startConsumer } from './test-consumer.js'
import { turns } from './turns.js'
import { until } from './until.js'

const FIFO = { queueUrl: 'http://127.0.0.1/000000000000/test.fifo' }

describe('the queue consumer on a FIFO queue', () => {
  it('lets the messages of a group wait while one of them is under way, but not other groups', async () => {
    const queue = new StubQueue({ fifo: true })
    for (const body of ['A1', 'A2', 'B1', 'A3']) queue.add(body, { groupId: body.charAt(0) })
    const started: string[] = []
    const end: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      ...FIFO,
      batchSize: 1,
      concurrency: 4,
      async handle(messages) {
        started.push(...messages.map(({ body }) => body))
        if (messages[0]?.body === 'A1') await end.promise
        return messages.map(() => DONE)
      },
    })

    await until(() => started.length === 2, 'one of each group has started')
    await turns(10)

    expect(started).toEqual(['A1', 'B1'])
    end.resolve()
    await until(() => queue.depth === 0, 'all are done')
    expect(started).toEqual(['A1', 'B1', 'A2', 'A3'])
    expect(test.observer.errors).toEqual([])
  })

  it('hands out one message of a group after the other, whatever the size of a batch', async () => {
    const queue = new StubQueue({ fifo: true })
    for (const body of ['A1', 'B1', 'A2', 'A3', 'B2']) queue.add(body, { groupId: body.charAt(0) })
    const batches: string[][] = []

    await using test = startConsumer(queue, {
      ...FIFO,
      handle: (messages) => {
        batches.push(messages.map(({ body }) => body))
        return Promise.resolve(messages.map(() => DONE))
      },
    })

    await until(() => queue.depth === 0, 'all are done')
    expect(batches).toEqual([['A1', 'B1'], ['A2', 'B2'], ['A3']])
    expect(test.observer.errors).toEqual([])
  })

  it('gives the later messages of a group back after a retry, with its delay, in order, unhandled', async () => {
    const queue = new StubQueue({ fifo: true, secondMs: 5 })
    const ids = ['A1', 'A2', 'A3', 'B1'].map((body) => queue.add(body, { groupId: body.charAt(0) }))
    const handled: string[] = []
    await using test = startConsumer(queue, {
      ...FIFO,
      batchSize: 1,
      concurrency: 1,
      handle: ([message]) => {
        handled.push(message?.body ?? '')
        const first = message?.body === 'A1' && message.receiveCount === 1
        return Promise.resolve([first ? { kind: 'retry', reason: 'not_yet', delaySeconds: 9 } : DONE])
      },
    })

    await until(() => queue.depth === 0, 'all are done')

    expect(queue.changes).toEqual(ids.slice(0, 3).map((id) => ({ id, seconds: 9 })))
    expect(handled).toEqual(['A1', 'B1', 'A1', 'A2', 'A3'])
    expect(test.observer.errors).toEqual([])
  })

  it('handles no later message of a group after a retry, though both came together', async () => {
    const queue = new StubQueue({ fifo: true, secondMs: 5 })
    for (const body of ['A1', 'A2', 'B1']) queue.add(body, { groupId: body.charAt(0) })
    const done: string[] = []
    await using test = startConsumer(queue, {
      ...FIFO,
      handle: (messages) =>
        Promise.resolve(
          messages.map(({ body, receiveCount }): Outcome => {
            if (body === 'A1' && receiveCount === 1)
              return { kind: 'retry', reason: 'not_yet', delaySeconds: 1 }
            done.push(body)
            return DONE
          }),
        ),
    })

    await until(() => queue.depth === 0, 'all are done')

    expect(done).toEqual(['B1', 'A1', 'A2'])
    expect(test.observer.errors).toEqual([])
  })

  it('gives a group one delay when it is retried', async () => {
    const queue = new StubQueue({ fifo: true })
    for (const body of ['A1', 'A2']) queue.add(body, { groupId: 'A' })
    await using test = startConsumer(queue, {
      ...FIFO,
      handle: (messages) =>
        Promise.resolve(
          messages.map(({ body }) => ({
            kind: 'retry',
            reason: 'not_yet',
            delaySeconds: body === 'A1' ? 300 : 1,
          })),
        ),
    })

    await until(() => queue.changes.length === 2, 'both are given back')

    expect(queue.changes.map(({ seconds }) => seconds)).toEqual([300, 300])
    expect(test.observer.errors).toEqual([])
  })

  it('does not start a message when an earlier one of its group was lost while both waited', async () => {
    const queue = new StubQueue({ fifo: true, secondMs: 1_000 })
    queue.add('slow', { groupId: 'other' })
    const lost = queue.add('A1', { groupId: 'A' })
    queue.add('A2', { groupId: 'A' })
    queue.onChange = (id) => (id === lost ? { code: 'InternalError' } : 'ok')
    const started: string[] = []
    await using test = startConsumer(queue, {
      ...FIFO,
      visibilityTimeoutSeconds: 1,
      heartbeatSeconds: 0.4,
      batchSize: 1,
      concurrency: 1,
      maxInHand: 10,
      async handle(messages) {
        const [body = ''] = messages.map((message) => message.body)
        started.push(body)
        const start = performance.now()
        if (body === 'slow') await until(() => performance.now() - start > 1_050, 'A1 is lost')
        return messages.map(() => DONE)
      },
    })

    await until(() => queue.depth === 0, 'all are done')

    expect(started).toEqual(['slow', 'A1', 'A2'])
    expect(test.observer.settlements).toContainEqual({
      outcome: 'retry',
      id: lost,
      receiveCount: 1,
      reason: 'visibility_lost',
    })
  })

  it('never handles a message before an earlier one of its group is settled, whatever fails', async () => {
    const load = fc.array(
      fc.record({ group: fc.constantFrom('A', 'B', 'C'), failures: fc.integer({ min: 0, max: 2 }) }),
      { maxLength: 25 },
    )
    await fc.assert(
      fc.asyncProperty(
        load,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 4 }),
        async (entries, batchSize, concurrency) => {
          const queue = new StubQueue({ fifo: true, secondMs: 1 })
          const underWay = new Set<string>()
          const done = new Map<string, string[]>()
          let violated = ''
          for (const [index, { group, failures }] of entries.entries())
            queue.add(`${index}:${failures}`, { groupId: group })
          await using test = startConsumer(queue, {
            ...FIFO,
            batchSize,
            concurrency,
            async handle(messages) {
              const groups = new Set(messages.map(({ groupId }) => groupId ?? ''))
              for (const group of groups) {
                if (underWay.has(group)) violated = `two batches of group ${group}`
                underWay.add(group)
              }
              await turns(messages.length % 3)
              for (const group of groups) underWay.delete(group)
              return messages.map(({ body, groupId = '', receiveCount }): Outcome => {
                const fails = receiveCount <= Number(body.split(':')[1])
                if (!fails) done.set(groupId, [...(done.get(groupId) ?? []), body])
                return fails ? { kind: 'retry', reason: 'not_yet', delaySeconds: 1 } : DONE
              })
            },
          })
          await until(() => queue.depth === 0, 'all are done')

          expect(violated).toBe('')
          for (const [group, bodies] of done) {
            // On a busy machine the short visibility runs out, and a message comes twice.
            expect([...new Set(bodies)]).toEqual(
              [...entries.entries()]
                .filter(([, entry]) => entry.group === group)
                .map(([index, { failures }]) => `${index}:${failures}`),
            )
          }
          expect(test.observer.errors).toEqual([])
        },
      ),
      { numRuns: 30, endOnFailure: true },
    )
  })
})
