import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  DONE,
  createEntrySender,
  createLanes,
  createQueueConsumer,
  createSqsSender,
  departWith,
  isFifo,
  messageBytes,
} from '@comanda/shared/sqs'
import type { OutgoingMessage, ReceivedMessage, SqsClients } from '@comanda/shared/sqs'
import { createTestQueues } from '../../src/embedded/index.js'
import type { Queues } from '../../src/embedded/index.js'
import { clientsFor, consumerSettings, until } from './consumer-settings.js'

let standard: Queues
let fifo: Queues
let clients: SqsClients
beforeAll(async () => {
  standard = await createTestQueues({ visibilityTimeoutSeconds: 1, maxReceiveCount: 3 })
  fifo = await createTestQueues({ fifo: true })
  clients = clientsFor(standard.endpoint)
})
afterAll(() => clients.destroy())

/** Lanes to a queue that count their calls. */
function lanesTo(queueUrl: string) {
  let calls = 0
  const sender = createSqsSender({ client: clients.work, queueUrl, onCall: () => (calls += 1) })
  const lanes = createLanes<OutgoingMessage, 'sent'>({
    depart: departWith(createEntrySender(sender, { ordered: isFifo(queueUrl) }), {
      messageOf: (message) => message,
      resultOf: () => 'sent',
    }),
    sizeOf: messageBytes,
    maxEntries: 10,
    maxBytes: 1_048_576,
    maxWaiting: 10_000,
    lanes: { min: 2, max: 8 },
  })
  return { lanes, calls: () => calls }
}

function messageOf(index: number): OutgoingMessage {
  return {
    body: JSON.stringify({ index }),
    groupId: `group ${index % 7}`,
    deduplicationId: `once ${index}`,
    attributes: { traceparent: `00-${index}` },
  }
}

describe('messages on their way from lanes to a consumer', () => {
  it('all arrive once with their attributes, in a tenth of the calls', async () => {
    const count = 600
    const { lanes, calls } = lanesTo(standard.orders)
    const seen = new Map<string, ReceivedMessage>()
    let handled = 0
    let done = 0
    const queueCalls = { receive: 0, delete: 0, extend: 0, give_back: 0 }
    const settings = consumerSettings(clients, standard.orders)
    const results = await Promise.all(
      Array.from({ length: count }, (_, index) => lanes.send(messageOf(index))),
    )
    const consumer = createQueueConsumer({
      ...settings,
      visibilityTimeoutSeconds: 30,
      handle(messages) {
        handled += messages.length
        for (const message of messages) seen.set(message.body, message)
        return Promise.resolve(messages.map(() => DONE))
      },
      observer: {
        ...settings.observer,
        settled: () => (done += 1),
        queueCall: (operation) => (queueCalls[operation] += 1),
      },
    })

    consumer.start()
    await until(() => done === count, 'all are deleted')

    expect(results).toEqual(results.map(() => 'sent'))
    expect([handled, seen.size]).toEqual([count, count])
    const message = seen.get(messageOf(42).body)
    expect(message).toMatchObject({ receiveCount: 1, attributes: { traceparent: '00-42' } })
    expect(calls()).toBe(count / 10)
    expect(queueCalls.receive).toBeLessThan(count / 5)
    expect(queueCalls.delete).toBeLessThan(count / 5)
    expect(await consumer.drain(5_000)).toBe('drained')
  })

  it('of one FIFO group are sent and handled in their order', async () => {
    const count = 120
    const { lanes } = lanesTo(fifo.orders)
    const handled: number[] = []
    const settings = consumerSettings(clients, fifo.orders)
    const consumer = createQueueConsumer({
      ...settings,
      handle(messages) {
        handled.push(...messages.map(({ body }) => (JSON.parse(body) as { index: number }).index))
        return Promise.resolve(messages.map(() => DONE))
      },
    })
    consumer.start()

    await Promise.all(Array.from({ length: count }, (_, index) => lanes.send(messageOf(index))))
    await until(() => handled.length === count, 'all are handled')

    for (let group = 0; group < 7; group += 1) {
      const ofGroup = handled.filter((index) => index % 7 === group)
      expect(ofGroup).toEqual(ofGroup.toSorted((a, b) => a - b))
    }
    expect(await consumer.drain(5_000)).toBe('drained')
  })
})

describe('a message that is retried', () => {
  it('comes back with a higher receive count, and ends in the dead-letter queue', async () => {
    const { lanes } = lanesTo(standard.events)
    const counts: number[] = []
    const settings = consumerSettings(clients, standard.events)
    const consumer = createQueueConsumer({
      ...settings,
      handle(messages) {
        counts.push(...messages.map(({ receiveCount }) => receiveCount))
        return Promise.resolve(
          messages.map(() => ({ kind: 'retry', reason: 'not_yet', delaySeconds: 0 }) as const),
        )
      },
    })
    let dead = 0
    const deadLetters = createQueueConsumer({
      ...consumerSettings(clients, standard.eventsDeadLetter),
      handle(messages) {
        dead += messages.length
        return Promise.resolve(messages.map(() => DONE))
      },
    })
    consumer.start()
    deadLetters.start()

    await lanes.send(messageOf(0))
    await until(() => dead === 1, 'it is in the dead-letter queue')

    expect(counts).toEqual([1, 2, 3])
    expect(await Promise.all([consumer.drain(5_000), deadLetters.drain(5_000)])).toEqual([
      'drained',
      'drained',
    ])
  })
})
