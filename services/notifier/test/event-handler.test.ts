import { describe, expect, it } from '@jest/globals'
import type { OrderEvent } from '@comanda/shared/messages'
import type { ReceivedMessage } from '@comanda/shared/sqs'
import { createEventHandler } from '../src/adapters/sqs/event-handler.js'
import { exampleEvent } from './example-events.js'

const messageOf = (body: string): ReceivedMessage => ({
  id: body.slice(0, 20),
  body,
  receiptHandle: 'handle',
  receiveCount: 1,
  sentAt: new Date(0),
  firstReceivedAt: new Date(0),
  attributes: {},
})
const failure = (code: string) => Object.assign(new Error(code), { code })
const signal = new AbortController().signal
const [one, two, bad] = [exampleEvent(), exampleEvent(), exampleEvent()]
const batch = [
  messageOf(JSON.stringify(one)),
  messageOf('not JSON'),
  messageOf(JSON.stringify(bad)),
  messageOf(JSON.stringify({ ...two, type: 'comanda.order.returned.v1' })),
  messageOf(JSON.stringify(two)),
]

describe('the event handler', () => {
  it('takes what it can read in one go, parks what nobody can, and leaves the rest for later', async () => {
    const taken: (readonly OrderEvent[])[] = []
    const handle = createEventHandler(async (events) => void taken.push(events))

    const outcomes = await handle(batch, signal)

    expect(taken.map((events) => events.map(({ id }) => id))).toEqual([[one.id, bad.id, two.id]])
    expect(outcomes).toEqual([
      { kind: 'done' },
      { kind: 'park', reason: 'the body is not JSON' },
      { kind: 'done' },
      { kind: 'retry', reason: 'unknown_type' },
      { kind: 'done' },
    ])
  })

  it.each([
    ['22003', { kind: 'park', reason: 'refused by Postgres as a value' }],
    ['23514', { kind: 'retry', reason: 'defect' }],
    ['42P01', { kind: 'retry', reason: 'defect' }],
  ])('finds the one event that a batch fails for: %s', async (code, outcome) => {
    const handle = createEventHandler(async (events) => {
      if (events.some(({ id }) => id === bad.id)) throw failure(code)
    })

    const outcomes = await handle(batch, signal)

    expect(outcomes[0]).toEqual({ kind: 'done' })
    expect(outcomes[2]).toEqual(outcome)
    expect(outcomes[4]).toEqual({ kind: 'done' })
  })

  it('blames no message while Postgres is away', async () => {
    const handle = createEventHandler(() => Promise.reject(failure('57P01')))

    await expect(handle(batch, signal)).rejects.toThrow('57P01')
  })
})
