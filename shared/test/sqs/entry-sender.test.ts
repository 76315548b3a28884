import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createEntrySender } from '../../src/sqs/entry-sender.js'
import type { SendOutcome } from '../../src/sqs/entry-sender.js'
import { SEND_BATCH_BYTES } from '../../src/sqs/queue-sender.js'
import type { EntryResult, OutgoingMessage, QueueSender } from '../../src/sqs/queue-sender.js'
import { turns } from './turns.js'

const SENT: EntryResult = { kind: 'sent' }
const LATER: EntryResult = { kind: 'failed', code: 'InternalError', retryable: true }
const NEVER: EntryResult = { kind: 'failed', code: 'InvalidMessageContents', retryable: false }

function message(body: string, groupId = 'group'): OutgoingMessage {
  return { body, groupId, deduplicationId: body }
}

/** A sender that gives a message the results of its list, one per try; then `sent`. */
function scripted(script: Record<string, EntryResult[]>): { sender: QueueSender; calls: string[][] } {
  const calls: string[][] = []
  const sender: QueueSender = {
    sendBatch(messages) {
      calls.push(messages.map(({ body }) => body))
      return Promise.resolve(messages.map(({ body }) => script[body]?.shift() ?? SENT))
    },
  }
  return { sender, calls }
}

/** No wait between tries. */
const AT_ONCE = { retryDelayMs: 0 }

describe('the entry sender', () => {
  it('tries a failed entry again alone, and tells of the others before that', async () => {
    const { sender, calls } = scripted({ b: [LATER] })
    const told: [number, number][] = []

    await createEntrySender(sender, AT_ONCE).send([message('a'), message('b'), message('c')], (index) =>
      told.push([index, calls.length]),
    )

    expect(calls).toEqual([['a', 'b', 'c'], ['b']])
    expect(told).toEqual([
      [0, 1],
      [2, 1],
      [1, 2],
    ])
  })

  it('gives up on an entry after so many tries', async () => {
    const { sender, calls } = scripted({ a: [LATER, LATER, LATER, LATER] })

    const outcomes = await createEntrySender(sender, { ...AT_ONCE, attempts: 3 }).sendAll([message('a')])

    expect(outcomes).toEqual([LATER])
    expect(calls).toHaveLength(3)
  })

  it('does not try again what is the fault of the sender', async () => {
    const { sender, calls } = scripted({ a: [NEVER] })

    const outcomes = await createEntrySender(sender, AT_ONCE).sendAll([message('a'), message('b')])

    expect(outcomes).toEqual([NEVER, SENT])
    expect(calls).toHaveLength(1)
  })

  it('draws a new jitter before every further try', async () => {
    const waits: number[] = []
    const { sender } = scripted({ a: [LATER, LATER] })
    const entrySender = createEntrySender(sender, {
      retryDelayMs: 1,
      random: () => {
        waits.push(performance.now())
        return 0
      },
    })

    const outcomes = await entrySender.sendAll([message('a')])

    expect(outcomes).toEqual([SENT])
    expect(waits).toHaveLength(2)
  })

  it('knows nothing of messages whose call failed, but what it knew before', async () => {
    let calls = 0
    const cause = new Error('timed out')
    const sender: QueueSender = {
      sendBatch: () => {
        calls += 1
        return calls === 1 ? Promise.resolve([SENT, LATER]) : Promise.reject(cause)
      },
    }

    const outcomes = await createEntrySender(sender, AT_ONCE).sendAll([message('a'), message('b')])

    expect(outcomes).toEqual([SENT, { kind: 'unknown', cause }])
    expect(calls).toBe(2)
  })

  it('does not take a missing result for a success', async () => {
    const sender: QueueSender = { sendBatch: () => Promise.resolve([]) }

    const outcomes = await createEntrySender(sender, AT_ONCE).sendAll([message('a')])

    expect(outcomes).toMatchObject([{ kind: 'unknown' }])
  })

  it('cuts any number of messages into calls of ten entries and 1 MiB', async () => {
    const { sender, calls } = scripted({})
    const big = 'x'.repeat(SEND_BATCH_BYTES / 2)
    const messages = [...Array.from({ length: 23 }, (_, i) => message(String(i))), message(big), message(big)]

    const outcomes = await createEntrySender(sender).sendAll(messages, 1)

    expect(outcomes).toEqual(messages.map(() => SENT))
    expect(calls.map(({ length }) => length)).toEqual([10, 10, 4, 1])
  })

  it('makes no more calls at a time than it was told, and none for nothing', async () => {
    let underWay = 0
    let most = 0
    const sender: QueueSender = {
      async sendBatch(messages) {
        underWay += 1
        most = Math.max(most, underWay)
        await turns(2)
        underWay -= 1
        return messages.map(() => SENT)
      },
    }
    const entrySender = createEntrySender(sender)

    await entrySender.sendAll(
      Array.from({ length: 100 }, (_, i) => message(String(i))),
      3,
    )

    expect(most).toBe(3)
    expect(await entrySender.sendAll([])).toEqual([])
  })

  it('keeps the order of every group on side by side calls, whatever fails', async () => {
    const load = fc.array(
      fc.record({ group: fc.integer({ min: 0, max: 3 }), failures: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(load, fc.integer({ min: 1, max: 5 }), async (entries, batch) => {
        const underWay = new Map<string, number>()
        const arrived = new Map<string, string[]>()
        const failures = new Map(entries.map((entry, index) => [String(index), entry.failures]))
        const sender: QueueSender = {
          async sendBatch(messages) {
            for (const { groupId } of messages) {
              expect(underWay.get(groupId) ?? 0).toBe(0)
              underWay.set(groupId, 1)
            }
            await turns(messages.length % 3)
            return messages.map(({ body, groupId }) => {
              underWay.set(groupId, 0)
              const left = failures.get(body) ?? 0
              failures.set(body, left - 1)
              if (left > 0) return LATER
              arrived.set(groupId, [...(arrived.get(groupId) ?? []), body])
              return SENT
            })
          },
        }
        const entrySender = createEntrySender(sender, { ...AT_ONCE, ordered: true, attempts: 4 })
        const messages = entries.map(({ group }, index) => message(String(index), `group ${group}`))
        const sends: Promise<void>[] = []
        const told = new Map<number, SendOutcome>()
        for (let start = 0; start < messages.length; start += batch) {
          sends.push(
            entrySender.send(messages.slice(start, start + batch), (index, outcome) => {
              expect(told.has(start + index)).toBe(false)
              told.set(start + index, outcome)
            }),
          )
          await turns(start % 2)
        }
        await Promise.all(sends)

        expect([...told.values()].every(({ kind }) => kind === 'sent')).toBe(true)
        expect(told.size).toBe(messages.length)
        for (const [group, bodies] of arrived) {
          expect(bodies).toEqual(messages.filter(({ groupId }) => groupId === group).map(({ body }) => body))
        }
      }),
      { numRuns: 100 },
    )
  })
})
