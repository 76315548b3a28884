import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DONE } from '../../src/sqs/outcome.js'
import type { Outcome } from '../../src/sqs/outcome.js'
import { StubQueue } from './stub-queue.js'
import type { EntryAnswer } from './stub-queue.js'
import { startConsumer } from './test-consumer.js'
import { turns } from './turns.js'
import { until } from './until.js'

describe('the queue consumer', () => {
  it('loses no message and keeps its bounds, whatever the queue and the handlers do', async () => {
    const load = fc.array(fc.record({ retries: fc.integer({ min: 0, max: 2 }), parks: fc.boolean() }), {
      maxLength: 40,
    })
    const answers: fc.Arbitrary<EntryAnswer> = fc.oneof(
      { weight: 4, arbitrary: fc.constant<EntryAnswer>('ok') },
      { weight: 1, arbitrary: fc.constantFrom<EntryAnswer>('missing', { code: 'InternalError' }) },
    )
    const settings = fc.record({
      batchSize: fc.integer({ min: 1, max: 20 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
      maxInHand: fc.integer({ min: 10, max: 40 }),
      maxPollers: fc.integer({ min: 1, max: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(
        load,
        settings,
        fc.array(answers, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        async (entries, options, script, stride) => {
          const queue = new StubQueue({ secondMs: 1 })
          let turn = 0
          const scripted = (): EntryAnswer => script[(turn += 1) % script.length] ?? 'ok'
          // A queue that never answers well would never be empty.
          queue.onDelete = () => (turn > 200 ? 'ok' : scripted())
          queue.onChange = () => (turn > 200 ? 'ok' : scripted())
          queue.arrange = (messages) => messages.toSorted((a, b) => hash(a.id, stride) - hash(b.id, stride))
          const expected = new Map(entries.map((entry, index) => [queue.add(String(index)), entry]))
          const settled = new Map<string, string>()
          let running = 0
          let violated = ''
          await using test = startConsumer(queue, {
            ...options,
            visibilityTimeoutSeconds: 30,
            heartbeatSeconds: 0.005,
            backoffSeconds: { first: 1, max: 2 },
            async handle(messages) {
              running += 1
              if (running > options.concurrency) violated = 'too many handlers'
              if (messages.length > options.batchSize) violated = 'too large a batch'
              if (test.consumer.inHand > options.maxInHand) violated = 'too much in hand'
              await turns(messages.length % 4)
              running -= 1
              return messages.map(({ id, receiveCount }): Outcome => {
                const entry = expected.get(id)
                if (receiveCount <= (entry?.retries ?? 0)) return { kind: 'retry', reason: 'not_yet' }
                settled.set(id, entry?.parks ? 'parked' : 'done')
                return entry?.parks ? { kind: 'park', reason: 'bad' } : DONE
              })
            },
          })

          await until(() => queue.depth === 0, 'the queue is empty')

          expect(violated).toBe('')
          expect([...settled.keys()].toSorted()).toEqual([...expected.keys()].toSorted())
          expect(await test.consumer.drain(2_000)).toBe('drained')
          expect(test.consumer.inHand).toBe(0)
        },
      ),
      { numRuns: 40, endOnFailure: true },
    )
  })
})

/** Some order that is not that of arrival. */
function hash(id: string, stride: number): number {
  return (Number(id.replace('message-', '')) * 7 * stride) % 11
}
