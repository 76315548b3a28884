import {
  createConsumerMetrics,
  createLaneMetrics,
  createQueueCallMetrics,
  createTracedHistogram,
} from '@comanda/shared/metrics'
import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'

/** Every metric of order-worker. Durations are in seconds; no label holds an id. With `exemplars` times lead to traces. */
export function createMetrics(registry: Registry, { exemplars }: { readonly exemplars: boolean }) {
  const registers = [registry]
  const calls = createQueueCallMetrics(registry)
  return {
    calls,
    consumer: createConsumerMetrics(registry, 'orders', calls, { exemplars }),
    lanes: createLaneMetrics(registry, 'order-events'),
    commandsDecided: new Counter({
      name: 'commands_decided_total',
      help: 'Commands by type and what became of them: applied, refused (with the reason), superseded, tombstoned, known (decided before), retry.',
      labelNames: ['type', 'outcome', 'reason'] as const,
      registers,
    }),
    ordersDecided: new Counter({
      name: 'orders_decided_total',
      help: 'Orders by the state that their place got: confirmed, rejected (with the reason), cancelled (a cancel had come first).',
      labelNames: ['status', 'reason'] as const,
      registers,
    }),
    ordersMoved: new Counter({
      name: 'orders_moved_total',
      help: 'Orders by the state that a later command brought them to: cancelled, shipped, delivered.',
      labelNames: ['status'] as const,
      registers,
    }),
    confirmedAmount: new Counter({
      name: 'orders_confirmed_amount_total',
      help: 'Sum of the totals of confirmed orders by currency. For charts: binary floating point, and later cancels are not taken off.',
      labelNames: ['currency'] as const,
      registers,
    }),
    decisionSeconds: createTracedHistogram(registry, {
      name: 'order_decision_seconds',
      help: 'From the acceptance of an order to its durable decision; 5 s is the goal.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600],
      exemplars,
    }),
    batchSplits: new Counter({
      name: 'order_batch_splits_total',
      help: 'Batches cut in two to find the message that they failed for.',
      registers,
    }),
    commandDefects: new Counter({
      name: 'command_defects_total',
      help: 'Commands that failed for a reason that someone has to repair.',
      labelNames: ['detail'] as const,
      registers,
    }),
    transactionRetries: new Counter({
      name: 'transaction_retries_total',
      help: 'Transactions that ran again because others were in the way.',
      registers,
    }),
    eventsSent: new Counter({
      name: 'outbox_events_sent_total',
      help: 'Events sent, right after their commit (fast) or by the sweep.',
      labelNames: ['path'] as const,
      registers,
    }),
    eventsNotSent: new Counter({
      name: 'outbox_events_not_sent_total',
      help: 'Events whose send failed; the sweep sends them.',
      labelNames: ['code'] as const,
      registers,
    }),
    outboxUnsent: new Gauge({
      name: 'outbox_unsent',
      help: 'Events in the outbox when it was last looked at, those included that are just being sent.',
      registers,
    }),
    outboxOldestSeconds: new Gauge({
      name: 'outbox_oldest_seconds',
      help: 'Age of the oldest event in the outbox when it was last looked at.',
      registers,
    }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
