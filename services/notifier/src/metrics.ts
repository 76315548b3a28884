import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

/** Every metric of notifier. Labels never hold ids. */
export function createMetrics(registry: Registry) {
  const registers = [registry]
  return {
    events: new Counter({
      name: 'notifier_events_total',
      help: 'Events by what became of them: stored (deliveries are stored now), known (an earlier copy stored them), without_address, parked, retried.',
      labelNames: ['outcome'],
      registers,
    }),
    eventBatchSize: new Histogram({
      name: 'notifier_event_batch_size',
      help: 'Events that were stored together.',
      buckets: [1, 2, 5, 10, 20, 50, 100],
      registers,
    }),
    storeSeconds: new Histogram({
      name: 'notifier_store_seconds',
      help: 'Time to store a batch of events.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    notifications: new Counter({
      name: 'notifications_total',
      help: 'Notifications that ended, by channel and outcome: sent, superseded (a newer one had been sent), dead.',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    attempts: new Counter({
      name: 'notification_attempts_total',
      help: 'Attempts by channel and result: sent, refused, deferred, no_answer, defect; released ones were claimed and given back untried.',
      labelNames: ['channel', 'result'],
      registers,
    }),
    attemptSeconds: new Histogram({
      name: 'notification_attempt_seconds',
      help: 'Time of one attempt.',
      labelNames: ['channel'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 20],
      registers,
    }),
    acceptedToNotifiedSeconds: new Histogram({
      name: 'order_accepted_to_notified_seconds',
      help: 'Time from the acceptance of an order to the first mail about it.',
      labelNames: ['channel'],
      buckets: [0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
      registers,
    }),
    sendingPaused: new Gauge({
      name: 'notifier_sending_paused',
      help: '1 while sending pauses because the far end of the channel is away.',
      labelNames: ['channel'],
      registers,
    }),
    consumerPaused: new Gauge({
      name: 'notifier_consumer_paused',
      help: '1 while no events are received because Postgres is away or too many messages were parked.',
      registers,
    }),
    inHand: new Gauge({
      name: 'notifier_deliveries_in_hand',
      help: 'Deliveries that this replica has claimed and not recorded.',
      labelNames: ['channel'],
      registers,
    }),
    pending: new Gauge({
      name: 'notifier_deliveries_pending',
      help: 'Deliveries in the table that have not ended, of all replicas.',
      labelNames: ['channel'],
      registers,
    }),
    oldestDueSeconds: new Gauge({
      name: 'notifier_oldest_due_seconds',
      help: 'How long the oldest delivery that is due has waited, of all replicas.',
      labelNames: ['channel'],
      registers,
    }),
    queueCalls: new Counter({
      name: 'notifier_queue_calls_total',
      help: 'Calls to the order-events queue.',
      labelNames: ['operation'],
      registers,
    }),
    queueErrors: new Counter({
      name: 'notifier_queue_errors_total',
      help: 'Calls to the order-events queue that failed.',
      labelNames: ['operation'],
      registers,
    }),
    failures: new Counter({
      name: 'notifier_failures_total',
      help: 'Failed steps of our own work, each tried again: claim, send, record.',
      labelNames: ['step'],
      registers,
    }),
  }
}
export type Metrics = ReturnType<typeof createMetrics>
