import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Registry, createQueueCallMetrics, watchQueueDepths } from '@comanda/shared/metrics'
import { createQueues, emulatorClient, startSqs } from '../../src/embedded/index.js'
import type { EmbeddedSqs, Queues } from '../../src/embedded/index.js'
import { eventually } from '../support/eventually.js'

let sqs: EmbeddedSqs
let queues: Queues

beforeAll(async () => {
  sqs = await startSqs()
  queues = await createQueues(sqs.endpoint)
})
afterAll(() => sqs.stop())

function watch(urls: Readonly<Record<string, string>>) {
  const registry = new Registry()
  const failures: unknown[] = []
  const client = emulatorClient(sqs.endpoint)
  const stop = watchQueueDepths(registry, {
    client,
    queues: urls,
    intervalMs: 20,
    calls: createQueueCallMetrics(registry),
    onFailure: (error) => failures.push(error),
  })
  return {
    failures,
    value: async (metric: string) => {
      const line = (await registry.metrics()).split('\n').find((one) => one.startsWith(metric))
      return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')))
    },
    [Symbol.dispose]() {
      stop()
      client.destroy()
    },
  }
}

describe('the depths of queues', () => {
  it('are shown with those of the dead-letter queues, which the queues name themselves', async () => {
    using depths = watch({ orders: queues.orders, 'order-events': queues.events })
    const client = emulatorClient(sqs.endpoint)
    await client.send(new SendMessageCommand({ QueueUrl: queues.orders, MessageBody: '{}' }))
    await client.send(new SendMessageCommand({ QueueUrl: queues.ordersDeadLetter, MessageBody: '{}' }))
    client.destroy()

    await eventually(
      'a queue that is not empty',
      async () => ((await depths.value('queue_not_empty_seconds{queue="orders-dead-letter"')) ?? 0) > 0,
    )

    expect(await depths.value('queue_messages{queue="orders",state="visible"')).toBe(1)
    expect(await depths.value('queue_messages{queue="orders-dead-letter",state="visible"')).toBe(1)
    expect(await depths.value('queue_messages{queue="order-events",state="visible"')).toBe(0)
    expect(await depths.value('queue_not_empty_seconds{queue="order-events"')).toBe(0)
    expect(depths.failures).toEqual([])
  })

  it('are not shown where the queue does not answer, which is told once; those of the others are', async () => {
    using depths = watch({ orders: queues.orders, nowhere: `${sqs.endpoint}/000000000000/nowhere` })

    await eventually(
      'three tries',
      async () => ((await depths.value('queue_call_seconds_count{queue="nowhere"')) ?? 0) > 2,
    )

    expect(await depths.value('queue_messages{queue="nowhere"')).toBeUndefined()
    expect(await depths.value('queue_messages{queue="orders",state="visible"')).toBeGreaterThan(0)
    expect(depths.failures).toHaveLength(1)
  })

  it('go on where a queue has no dead-letter queue', async () => {
    const client = emulatorClient(sqs.endpoint)
    await client.send(
      new SetQueueAttributesCommand({ QueueUrl: queues.events, Attributes: { RedrivePolicy: '' } }),
    )
    client.destroy()
    using depths = watch({ 'order-events': queues.events })

    await eventually(
      'three looks',
      async () => ((await depths.value('queue_call_seconds_count{queue="order-events"')) ?? 0) > 2,
    )

    expect(depths.failures).toEqual([])
  })
})
