import { describe, expect, it } from '@jest/globals'
import { Registry } from 'prom-client'
import { createConsumerMetrics, createQueueCallMetrics, measureSender } from '../../src/metrics/index.js'
import { createOldestLately } from '../../src/metrics/oldest-lately.js'
import type { QueueSender, ReceivedMessage } from '../../src/sqs/index.js'

const message = (ageSeconds: number, receiveCount = 1): ReceivedMessage => ({
  id: 'm',
  body: '{}',
  receiptHandle: 'r',
  receiveCount,
  sentAt: new Date(Date.now() - ageSeconds * 1_000),
  firstReceivedAt: new Date(),
  attributes: {},
})

describe('metrics of a consumer', () => {
  const setup = () => {
    const registry = new Registry()
    const metrics = createConsumerMetrics(registry, 'orders', createQueueCallMetrics(registry), {
      exemplars: false,
    })
    return { registry, metrics }
  }

  it('tell the age of what comes and how often it came', async () => {
    const { registry, metrics } = setup()

    metrics.received([message(40), message(2, 7)])

    const text = await registry.metrics()
    expect(text).toContain('messages_received_total{queue="orders"} 2')
    expect(text).toContain('message_age_seconds_bucket{le="30",queue="orders"} 1')
    expect(text).toContain('message_receive_count_bucket{le="5",queue="orders"} 1')
    expect(text).toMatch(/message_oldest_seconds\{queue="orders"\} 4\d/)
  })

  it('show each reason of a pause, and none after it', async () => {
    const { registry, metrics } = setup()

    metrics.paused('dependency_away')
    const during = await registry.metrics()
    metrics.resumed()

    expect(during).toContain('consumer_paused{queue="orders",reason="dependency_away"} 1')
    expect(during).toContain('consumer_paused{queue="orders",reason="parking_burst"} 0')
    expect(await registry.metrics()).toContain('consumer_paused{queue="orders",reason="dependency_away"} 0')
  })

  it('count outcomes from the start, and never with the reason that a message brought', async () => {
    const { registry, metrics } = setup()
    const before = await registry.metrics()

    metrics.settled('retry', 'id', 3, 'unknown type comanda.order.place.v9')

    const text = await registry.metrics()
    expect(before).toContain('messages_settled_total{queue="orders",outcome="park"} 0')
    expect(text).toContain('messages_settled_total{queue="orders",outcome="retry"} 1')
    expect(text).not.toContain('v9')
  })
})

describe('the oldest lately', () => {
  it('is the greatest of the last minute, and forgets it after', () => {
    const oldest = createOldestLately()

    oldest.note(5, 0)
    oldest.note(90, 20_000)
    oldest.note(3, 70_000)

    expect(oldest.read(70_000)).toBe(90)
    expect(oldest.read(95_000)).toBe(3)
    expect(oldest.read(200_000)).toBe(0)
  })
})

describe('a measured sender', () => {
  const sender = (sendBatch: QueueSender['sendBatch']) => {
    const registry = new Registry()
    return { registry, sender: measureSender({ sendBatch }, 'orders', createQueueCallMetrics(registry)) }
  }

  it('counts calls that were answered and calls that were not, and hands on both', async () => {
    const results = [{ kind: 'sent' as const }]
    const good = sender(() => Promise.resolve(results))
    const bad = sender(() => Promise.reject(new Error('away')))

    const sent = await good.sender.sendBatch([])
    const failure = await bad.sender.sendBatch([]).catch((error: unknown) => error)

    expect(sent).toBe(results)
    expect(failure).toEqual(new Error('away'))
    expect(await good.registry.metrics()).toContain(
      'queue_call_seconds_count{queue="orders",operation="send",outcome="answered"} 1',
    )
    expect(await bad.registry.metrics()).toContain(
      'queue_call_seconds_count{queue="orders",operation="send",outcome="failed"} 1',
    )
  })
})
