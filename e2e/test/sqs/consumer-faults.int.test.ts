import { describe, expect, it } from '@jest/globals'
import { DONE, createEntrySender, createQueueConsumer, createSqsSender } from '@comanda/shared/sqs'
import { createQueues, createTestQueues, startSqs } from '../../src/embedded/index.js'
import { clientsFor, consumerSettings, until } from './consumer-settings.js'

function messages(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    body: String(index),
    groupId: 'group',
    deduplicationId: String(index),
  }))
}

describe('consumers that come and go', () => {
  it('lose nothing and leave nothing hidden when one is drained in the middle', async () => {
    const queues = await createTestQueues({ visibilityTimeoutSeconds: 300 })
    const clients = clientsFor(queues.endpoint)
    const sender = createEntrySender(createSqsSender({ client: clients.work, queueUrl: queues.orders }))
    const count = 500
    const handled = new Map<string, number>()
    const start = () => {
      const consumer = createQueueConsumer({
        ...consumerSettings(clients, queues.orders),
        // A hidden message would stay away for longer than this test.
        visibilityTimeoutSeconds: 300,
        async handle(batch) {
          await new Promise((resolve) => setImmediate(resolve))
          for (const { body } of batch) handled.set(body, (handled.get(body) ?? 0) + 1)
          return batch.map(() => DONE)
        },
      })
      consumer.start()
      return consumer
    }
    await sender.sendAll(messages(count))
    const first = start()
    await until(() => handled.size >= 100, 'the first is in the middle')

    expect(await first.drain(10_000)).toBe('drained')
    const byFirst = handled.size
    const second = start()
    await until(() => handled.size === count, 'the second does the rest')

    expect(byFirst).toBeLessThan(count)
    expect([...handled.values()].every((times) => times === 1)).toBe(true)
    expect(await second.drain(10_000)).toBe('drained')
    clients.destroy()
  })
})

describe('a queue that goes away and comes back', () => {
  it('gets a handful of calls meanwhile, and all its messages handled afterwards', async () => {
    const before = await startSqs()
    const port = Number(new URL(before.endpoint).port)
    const clients = clientsFor(before.endpoint)
    const { orders } = await createQueues(before.endpoint)
    const errors: string[] = []
    let received = 0
    let handled = 0
    const settings = consumerSettings(clients, orders)
    const consumer = createQueueConsumer({
      ...settings,
      handle: (batch) => {
        handled += batch.length
        return Promise.resolve(batch.map(() => DONE))
      },
      observer: {
        ...settings.observer,
        queueError: (operation) => errors.push(operation),
        queueCall: () => (received += 1),
      },
    })
    consumer.start()
    await until(() => received > 0, 'it polls')

    await before.kill()
    await until(() => errors.length >= 3, 'receives fail')
    // Two pauses of 250 ms and 500 ms at least lie between three failures; without them there are hundreds.
    expect(errors.length).toBeLessThanOrEqual(6)
    const after = await startSqs({ port })
    await createQueues(after.endpoint)
    await createEntrySender(createSqsSender({ client: clients.work, queueUrl: orders })).sendAll(messages(20))

    await until(() => handled === 20, 'it goes on')
    expect(new Set(errors)).toEqual(new Set(['receive']))
    expect(await consumer.drain(5_000)).toBe('drained')
    clients.destroy()
    await after.stop()
  })
})
