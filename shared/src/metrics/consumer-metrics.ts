import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { ConsumerObserver } from '../sqs/consumer-observer.js'
import { createOldestLately } from './oldest-lately.js'
import type { QueueCallMetrics } from './queue-call-metrics.js'
import { createTracedHistogram } from './traced-histogram.js'

/** Counts what the consumer of one queue tells. */
export interface ConsumerMetrics extends ConsumerObserver {
  /** Shows at every scrape how much the consumer has in hand. */
  watch(consumer: { readonly inHand: number }): void
}

const PAUSE_REASONS = ['dependency_away', 'parking_burst'] as const

/**
 * Metrics of the consumer of one queue; with `exemplars` ages lead to traces. The age of a message is known when it is received, from its SentTimestamp: SQS
 * tells the age of the oldest one in a queue to CloudWatch only. What nobody receives has no age here; see
 * `queue_not_empty_seconds` for that.
 */
export function createConsumerMetrics(
  registry: Registry,
  queue: string,
  calls: QueueCallMetrics,
  { exemplars }: { readonly exemplars: boolean },
): ConsumerMetrics {
  const registers = [registry]
  const labelNames = ['queue'] as const
  const received = new Counter({
    name: 'messages_received_total',
    help: 'Messages received, repeated ones included.',
    labelNames,
    registers,
  })
  const receiveCount = new Histogram({
    name: 'message_receive_count',
    help: 'How often a message had been received when it came; after twenty times it becomes a dead letter.',
    labelNames,
    buckets: [1, 2, 3, 5, 10, 15, 19],
    registers,
  })
  const age = createTracedHistogram(registry, {
    name: 'message_age_seconds',
    help: 'Age of a message when it was received, since it was sent; repeated receives count again.',
    labelNames,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300, 900, 3_600],
    exemplars,
  })
  const oldest = createOldestLately()
  new Gauge({
    name: 'message_oldest_seconds',
    help: 'Greatest age of a message that was received within the last minute: the best that a consumer knows of the oldest one in its queue. 0 when none came.',
    labelNames,
    registers,
    collect() {
      this.set({ queue }, oldest.read(Date.now()))
    },
  })
  const settled = new Counter({
    name: 'messages_settled_total',
    help: 'Messages by what they were told: done, retry (they come again) or park (kept aside, since nobody can read them).',
    labelNames: ['queue', 'outcome'],
    registers,
  })
  for (const outcome of ['done', 'retry', 'park']) settled.inc({ queue, outcome }, 0)
  const batchMessages = new Histogram({
    name: 'consumer_batch_messages',
    help: 'Messages handled together.',
    labelNames,
    buckets: [1, 2, 5, 10, 20, 50, 100],
    registers,
  })
  const batchSeconds = new Histogram({
    name: 'consumer_batch_seconds',
    help: 'Handling of one batch.',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const pauses = new Counter({
    name: 'consumer_pauses_total',
    help: 'Times that receiving stopped, by reason: dependency_away (Postgres) or parking_burst.',
    labelNames: ['queue', 'reason'],
    registers,
  })
  const paused = new Gauge({
    name: 'consumer_paused',
    help: '1 while receiving is stopped, by reason.',
    labelNames: ['queue', 'reason'],
    registers,
  })
  const resume = () => {
    for (const reason of PAUSE_REASONS) paused.set({ queue, reason }, 0)
  }
  resume()

  return {
    received(messages) {
      const now = Date.now()
      received.inc({ queue }, messages.length)
      for (const message of messages) {
        const ageSeconds = Math.max(0, now - message.sentAt.getTime()) / 1_000
        age.observe({ queue }, ageSeconds, message.attributes['traceparent'])
        receiveCount.observe({ queue }, message.receiveCount)
        oldest.note(ageSeconds, now)
      }
    },
    handled(count, durationMs) {
      batchMessages.observe({ queue }, count)
      batchSeconds.observe({ queue }, durationMs / 1_000)
    },
    settled: (outcome) => settled.inc({ queue, outcome }),
    paused(reason) {
      pauses.inc({ queue, reason })
      paused.set({ queue, reason }, 1)
    },
    resumed: resume,
    queueError: () => undefined,
    queueCall: (operation, durationMs, failed) => calls.called(queue, operation, durationMs, failed),
    watch(consumer) {
      new Gauge({
        name: 'messages_in_hand',
        help: 'Messages that this replica has received and not settled.',
        labelNames,
        registers,
        collect() {
          this.set({ queue }, consumer.inHand)
        },
      })
    },
  }
}
