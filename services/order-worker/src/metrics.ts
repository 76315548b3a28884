import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type pg from 'pg'

/** Every metric of order-worker. Durations are in seconds; no label holds an id. */
export function createMetrics(registry: Registry) {
  const registers = [registry]
  return {
    commandsDecided: new Counter({
      name: 'commands_decided_total',
      help: 'Commands by what became of them; `known` had been decided before.',
      labelNames: ['type', 'outcome', 'reason'] as const,
      registers,
    }),
    ordersDecided: new Counter({
      name: 'orders_decided_total',
      help: 'Places by the state that the order got, and why it was rejected.',
      labelNames: ['status', 'reason'] as const,
      registers,
    }),
    decisionSeconds: new Histogram({
      name: 'order_decision_seconds',
      help: 'From the acceptance of an order to its durable decision.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600],
      registers,
    }),
    batchSize: new Histogram({
      name: 'order_batch_size',
      help: 'Messages handled together.',
      buckets: [1, 2, 5, 10, 20, 50, 100],
      registers,
    }),
    handlerSeconds: new Histogram({
      name: 'order_batch_seconds',
      help: 'Handling of one batch.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
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
    messagesReceived: new Counter({
      name: 'messages_received_total',
      help: 'Messages received, repeated ones included.',
      registers,
    }),
    messagesSettled: new Counter({
      name: 'messages_settled_total',
      help: 'Messages by what they were told: done, retry or park.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    consumerPauses: new Counter({
      name: 'consumer_pauses_total',
      help: 'Times that receiving stopped, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    consumerPaused: new Gauge({
      name: 'consumer_paused',
      help: '1 while receiving is stopped.',
      registers,
    }),
    queueCalls: new Counter({
      name: 'queue_calls_total',
      help: 'Calls to SQS.',
      labelNames: ['operation'] as const,
      registers,
    }),
    queueErrors: new Counter({
      name: 'queue_errors_total',
      help: 'Calls to SQS that failed.',
      labelNames: ['operation'] as const,
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
      help: 'Events in the outbox when it was last looked at.',
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

/** Gauges of the connection pool, read when they are asked for. */
export function observePool(registry: Registry, pool: pg.Pool): void {
  new Gauge({
    name: 'postgres_pool_connections',
    help: 'Connections by state; `waiting` are callers without one.',
    labelNames: ['state'] as const,
    registers: [registry],
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'waiting' }, pool.waitingCount)
    },
  })
}
