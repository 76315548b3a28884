import { beforeEach, describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { createMemoryDeliveryStore } from '../src/adapters/memory/delivery-store.js'
import type { Channel } from '../src/domain/channel.js'
import type { ClaimedDelivery } from '../src/domain/delivery.js'
import { createOutageGate } from '../src/domain/outage-gate.js'
import type { SendOutcome } from '../src/domain/ports.js'
import { createSender } from '../src/domain/sender.js'
import type { Sender } from '../src/domain/sender.js'
import { takeEvents } from '../src/domain/take-events.js'
import type { OrderEvent } from '@comanda/shared/messages'
import { exampleEvent } from './example-events.js'
import { until } from './until.js'

const SENT: SendOutcome = { kind: 'sent' }
const LEASE_MS = 60_000
const SEND_TIMEOUT_MS = 20_000

/** A sender over the memory store, a clock that the test moves, and a far end that answers what the test says. */
function createStage(options: { concurrency?: number; maxInHand?: number } = {}) {
  const stage = {
    now: 0,
    isBehind: false,
    attempts: [] as ClaimedDelivery[],
    answer: (() => SENT) as (delivery: ClaimedDelivery) => SendOutcome | Promise<SendOutcome>,
    told: [] as string[],
  }
  const store = createMemoryDeliveryStore(() => stage.now)
  const channel: Channel = {
    name: 'email',
    endpointsOf: ({ data }) => (data.email === undefined ? [] : ['customer']),
    send: async (delivery) => {
      stage.attempts.push(delivery)
      return stage.answer(delivery)
    },
  }
  const sender: Sender = createSender({
    channel,
    store,
    recorder: {
      record: async (result) => (await store.record([result])) > 0,
      get isBehind() {
        return stage.isBehind
      },
    },
    gate: createOutageGate({ threshold: 3, firstPauseMs: 1_000, maxPauseMs: 4_000 }),
    observer: {
      attempted: () => undefined,
      gaveUp: (_delivery, reason) => void stage.told.push(`gave up: ${reason}`),
      superseded: () => undefined,
      released: () => void stage.told.push('released'),
      gateMoved: (_channel, isOpen) => void stage.told.push(isOpen ? 'goes on' : 'pauses'),
      failed: (step) => void stage.told.push(`failed: ${step}`),
    },
    concurrency: options.concurrency ?? 10,
    maxInHand: options.maxInHand ?? 100,
    leaseMs: LEASE_MS,
    sendTimeoutMs: SEND_TIMEOUT_MS,
    now: () => stage.now,
    random: () => 0.5,
  })
  const take = (...events: OrderEvent[]) =>
    takeEvents(events, { channels: [{ channel, sender }], store, leaseMs: LEASE_MS })
  const allSent = () => store.rows.length > 0 && store.rows.every(({ status }) => status === 'sent')
  return Object.assign(stage, { store, sender, take, allSent })
}

describe('a sender', () => {
  let stage: ReturnType<typeof createStage>
  beforeEach(() => {
    stage = createStage()
  })

  it('sends what was just stored without looking for it', async () => {
    await stage.take(exampleEvent(), exampleEvent())

    await until('both are sent', stage.allSent)
    expect(stage.attempts).toHaveLength(2)
  })

  it('sends nothing for an event without an address, and says so', async () => {
    const taken = await stage.take(exampleEvent('confirmed', { data: { email: undefined } }), exampleEvent())

    expect(taken).toMatchObject({ withoutAddress: 1, stored: 1 })
  })

  it('stores an event once that stands twice in a batch', async () => {
    const event = exampleEvent()

    await stage.take(event, event)

    await until('it is sent', stage.allSent)
    expect(stage.attempts).toHaveLength(1)
  })

  it('has no more attempts under way than it may', async () => {
    stage = createStage({ concurrency: 3 })
    let underWay = 0
    let most = 0
    stage.answer = async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise(setImmediate)
      underWay -= 1
      return SENT
    }

    await stage.take(...Array.from({ length: 20 }, () => exampleEvent()))

    await until('all are sent', stage.allSent)
    expect(most).toBe(3)
  })

  it('leaves to the table what it has no room for, and comes back for it', async () => {
    stage = createStage({ maxInHand: 4 })

    for (let batch = 0; batch < 5; batch += 1)
      await stage.take(...Array.from({ length: 4 }, () => exampleEvent()))

    await until('all are sent', stage.allSent)
    expect(stage.attempts).toHaveLength(20)
  })

  it('sends both events of an order, the older one first, whatever their order in the batch', async () => {
    const order = randomUUID()
    const [first, second] = [
      exampleEvent('confirmed', { order }),
      exampleEvent('shipped', { order, version: 2 }),
    ]

    await stage.take(second, first)

    await until('both are sent', stage.allSent)
    expect(stage.attempts.map(({ eventId }) => eventId)).toEqual([first.id, second.id])
  })

  it('tries again later what was deferred, and gives up on what was refused', async () => {
    const [deferred, refused] = [exampleEvent(), exampleEvent()]
    stage.answer = ({ eventId }) =>
      eventId === refused.id
        ? { kind: 'refused', reason: 'smtp_550' }
        : { kind: 'deferred', reason: 'smtp_451' }
    await stage.take(deferred, refused)
    await until('both were tried', () => stage.store.rows.every((row) => row.reason !== undefined))
    stage.answer = () => SENT

    await stage.sender.sweep()
    const early = stage.attempts.length
    stage.now += 5_000
    await stage.sender.sweep()

    await until('the deferred one is sent', () => stage.store.rows.some(({ status }) => status === 'sent'))
    expect(early).toBe(2)
    expect(stage.store.rows.map(({ status }) => status).toSorted()).toEqual(['dead', 'sent'])
    expect(stage.told).toContain('gave up: smtp_550')
  })

  it('gives up after the last attempt of the schedule', async () => {
    stage.answer = () => ({ kind: 'deferred', reason: 'smtp_452' })
    await stage.take(exampleEvent())

    for (let tries = 1; stage.told.length === 0 && tries < 100; tries += 1) {
      await until('the attempt is recorded', () => stage.sender.inHand === 0)
      stage.now += 100_000_000
      await stage.sender.sweep()
    }

    await until('it is dead', () => stage.store.rows[0]!.status === 'dead')
    expect(stage.told).toEqual(['gave up: smtp_452'])
    expect(stage.attempts).toHaveLength(14)
  })

  it('takes a defect of its own for a reason to try again, not to give up', async () => {
    stage.answer = () => Promise.reject(new Error('a template is broken'))

    await stage.take(exampleEvent())

    await until('the attempt is recorded', () => stage.store.rows[0]?.reason === 'defect')
    expect(stage.store.rows[0]).toMatchObject({ status: 'pending' })
    expect(stage.told).toEqual(['failed: send'])
  })

  it('pauses when nobody answers, burns no attempts, and goes on with one probe', async () => {
    stage = createStage({ concurrency: 1 })
    stage.answer = () => ({ kind: 'no_answer', reason: 'smtp_econnection' })
    await stage.take(...Array.from({ length: 30 }, () => exampleEvent()))
    await until('all are back', () => stage.sender.inHand === 0)
    const before = stage.attempts.length

    await stage.take(exampleEvent())
    await stage.sender.sweep()
    const during = stage.attempts.length
    stage.answer = () => SENT
    stage.now += 10_000
    await stage.sender.sweep()

    await until('the backlog is sent', async () => {
      await stage.sender.sweep()
      return stage.allSent()
    })
    expect(before).toBe(3)
    expect(during).toBe(3)
    expect(stage.told.filter((word) => word !== 'released')).toEqual(['pauses', 'goes on'])
    // The first two were failures of their own for all that was known then.
    expect(stage.store.rows.filter(({ attempts }) => attempts > 1)).toHaveLength(2)
  })

  it('gives back rather than starts what could outlast its lease', async () => {
    stage = createStage({ concurrency: 1 })
    const slow = Promise.withResolvers<SendOutcome>()
    stage.answer = () => slow.promise
    await stage.take(exampleEvent(), exampleEvent())
    stage.answer = () => SENT
    stage.now += LEASE_MS - SEND_TIMEOUT_MS + 1

    slow.resolve(SENT)

    await until('all is over', () => stage.sender.inHand === 0)
    expect(stage.told).toEqual(['released'])
    expect(stage.store.rows.map(({ status }) => status).toSorted()).toEqual(['pending', 'sent'])
    expect(stage.store.rows.find(({ status }) => status === 'pending')).toMatchObject({ attempts: 0 })
  })

  it('claims nothing while results cannot be recorded', async () => {
    stage.isBehind = true

    await stage.take(exampleEvent())
    await stage.sender.sweep()

    expect(stage.attempts).toEqual([])
    expect(stage.store.rows).toMatchObject([{ status: 'pending', claimedUntilMs: undefined }])
  })

  it('finishes what is under way and gives back the rest when it drains', async () => {
    stage = createStage({ concurrency: 1 })
    const slow = Promise.withResolvers<SendOutcome>()
    stage.answer = () => slow.promise
    await stage.take(exampleEvent(), exampleEvent(), exampleEvent())

    const drained = stage.sender.drain()
    slow.resolve(SENT)
    await drained
    await stage.take(exampleEvent())
    await stage.sender.sweep()

    expect(stage.attempts).toHaveLength(1)
    expect(stage.store.rows.map(({ status }) => status).toSorted()).toEqual([
      'pending',
      'pending',
      'pending',
      'sent',
    ])
    expect(stage.store.rows.every(({ claimedUntilMs }) => claimedUntilMs === undefined)).toBe(true)
  })
})
