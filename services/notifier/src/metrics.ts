import { createConsumerMetrics, createQueueCallMetrics, createTracedHistogram } from '@comanda/shared/metrics'
import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'

/** Every metric of notifier. Durations are in seconds; no label holds an id. With `exemplars` times lead to traces. */
export function createMetrics(registry: Registry, { exemplars }: { readonly exemplars: boolean }) {
  const registers = [registry]
  const calls = createQueueCallMetrics(registry)
  return {
    calls,
    consumer: createConsumerMetrics(registry, 'order-events', calls, { exemplars }),
    events: new Counter({
      name: 'events_taken_total',
      help: 'Events by what they asked for: stored (deliveries are stored now), known (an earlier copy stored them), without_address.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    notifications: new Counter({
      name: 'notifications_total',
      help: 'Notifications that ended, by channel and outcome: sent, superseded (a newer one had been sent), dead.',
      labelNames: ['channel', 'outcome'] as const,
      registers,
    }),
    attempts: new Counter({
      name: 'notification_attempts_total',
      help: 'Attempts by channel and result: sent, refused, deferred, no_answer, defect; released ones were claimed and given back untried.',
      labelNames: ['channel', 'result'] as const,
      registers,
    }),
    attemptSeconds: createTracedHistogram(registry, {
      name: 'notification_attempt_seconds',
      help: 'Time of one attempt.',
      labelNames: ['channel'] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 20],
      exemplars,
    }),
    acceptedToNotifiedSeconds: createTracedHistogram(registry, {
      name: 'order_accepted_to_notified_seconds',
      help: 'From the acceptance of an order to the hand-over of the first notification about it.',
      labelNames: ['channel'] as const,
      buckets: [0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600, 3_600],
      exemplars,
    }),
    handoverSeconds: createTracedHistogram(registry, {
      name: 'notification_handover_seconds',
      help: 'From an event (an order was confirmed, rejected, cancelled, shipped, delivered) to the hand-over of its notification; 30 s is the goal.',
      labelNames: ['channel'] as const,
      buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600],
      exemplars,
    }),
    sendingPaused: new Gauge({
      name: 'notification_sending_paused',
      help: 'The breaker of a channel: 1 while sending pauses because its far end is away.',
      labelNames: ['channel'] as const,
      registers,
    }),
    inHand: new Gauge({
      name: 'deliveries_in_hand',
      help: 'Deliveries that this replica has claimed and not recorded.',
      labelNames: ['channel'] as const,
      registers,
    }),
    pending: new Gauge({
      name: 'deliveries_pending',
      help: 'Deliveries in the table that have not ended, of all replicas.',
      labelNames: ['channel'] as const,
      registers,
    }),
    oldestDueSeconds: new Gauge({
      name: 'delivery_oldest_due_seconds',
      help: 'How long the oldest delivery that is due has waited, of all replicas.',
      labelNames: ['channel'] as const,
      registers,
    }),
    failures: new Counter({
      name: 'notification_step_failures_total',
      help: 'Steps of our own that failed and are tried again: claim, send, record.',
      labelNames: ['step'] as const,
      registers,
    }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>

const RESULTS = ['sent', 'refused', 'deferred', 'no_answer', 'defect', 'released'] as const
const OUTCOMES = ['sent', 'superseded', 'dead'] as const

/** Shows a channel before anything happens in it: the value that a counter comes with is no increase to Prometheus. */
export function showChannel({ sendingPaused, attempts, notifications }: Metrics, channel: string): void {
  sendingPaused.set({ channel }, 0)
  for (const result of RESULTS) attempts.inc({ channel, result }, 0)
  for (const outcome of OUTCOMES) notifications.inc({ channel, outcome }, 0)
}
