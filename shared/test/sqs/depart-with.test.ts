import { describe, expect, it } from '@jest/globals'
import { createLanes } from '../../src/sqs/create-lanes.js'
import { departWith } from '../../src/sqs/depart-with.js'
import { createEntrySender } from '../../src/sqs/entry-sender.js'
import type { Lanes, Passenger } from '../../src/sqs/lanes.js'
import type { EntryResult, QueueSender } from '../../src/sqs/queue-sender.js'

function lanesOver(
  sendBatch: QueueSender['sendBatch'],
  before: (passengers: readonly Passenger<string, string>[]) => readonly Passenger<string, string>[] = (
    all,
  ) => all,
): Lanes<string, string> {
  const send = departWith<string, string>(createEntrySender({ sendBatch }, { retryDelayMs: 0 }), {
    messageOf: (item) => ({ body: item, groupId: 'group', deduplicationId: item }),
    resultOf: (item) => `sent ${item}`,
  })
  return createLanes<string, string>({
    depart: (passengers) => send(before(passengers)),
    sizeOf: (item) => item.length,
    maxEntries: 10,
    maxBytes: 1_000,
    maxWaiting: 100,
    lanes: { min: 1, max: 1 },
  })
}

describe('a departure to the queue', () => {
  it('answers each caller with what became of its own message', async () => {
    const results: Record<string, EntryResult> = {
      refused: { kind: 'failed', code: 'InvalidMessageContents', retryable: false },
      failing: { kind: 'failed', code: 'InternalError', retryable: true },
    }
    const lanes = lanesOver((messages) =>
      Promise.resolve(messages.map(({ body }) => results[body] ?? { kind: 'sent' })),
    )

    const outcomes = await Promise.allSettled(['fine', 'refused', 'failing'].map((item) => lanes.send(item)))

    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: 'sent fine' },
      { reason: { name: 'SendError', code: 'send_failed', cause: 'InvalidMessageContents' } },
      { reason: { name: 'SendError', code: 'queue_unavailable', cause: 'InternalError' } },
    ])
  })

  it('tells callers of a failed call that the queue is unavailable', async () => {
    const cause = new Error('connect ECONNREFUSED')
    const lanes = lanesOver(() => Promise.reject(cause))

    await expect(lanes.send('a')).rejects.toMatchObject({ code: 'queue_unavailable', cause })
  })

  it('sends only the passengers that remain after a step of its own', async () => {
    const sent: string[] = []
    const lanes = lanesOver(
      (messages) => {
        sent.push(...messages.map(({ body }) => body))
        return Promise.resolve(messages.map(() => ({ kind: 'sent' })))
      },
      (passengers) =>
        passengers.filter((passenger) => {
          if (passenger.item !== 'known') return true
          passenger.settle('known before')
          return false
        }),
    )

    const results = await Promise.all(['new', 'known'].map((item) => lanes.send(item)))

    expect(results).toEqual(['sent new', 'known before'])
    expect(sent).toEqual(['new'])
  })
})
