import type { Logger } from '@comanda/shared/logging'
import type { ConsumerObserver } from '@comanda/shared/sqs'
import type { Metrics } from './metrics.js'

/** Turns what the consuming layer tells into metrics and log lines. */
export function createConsumerObserver(metrics: Metrics, logger: Logger): ConsumerObserver {
  return {
    received: () => undefined,
    handled(count, durationMs) {
      metrics.eventBatchSize.observe(count)
      metrics.storeSeconds.observe(durationMs / 1_000)
    },
    settled(outcome, messageId, receiveCount, reason) {
      if (outcome === 'done') return
      metrics.events.inc({ outcome: outcome === 'park' ? 'parked' : 'retried' })
      logger.warn({ messageId, receiveCount, reason, outcome }, 'an event could not be taken')
    },
    paused(reason) {
      metrics.consumerPaused.set(1)
      logger.warn({ reason }, 'receiving pauses')
    },
    resumed() {
      metrics.consumerPaused.set(0)
      logger.info('receiving goes on')
    },
    queueError(operation, error) {
      metrics.queueErrors.inc({ operation })
      logger.warn({ operation, err: error }, 'a queue call failed')
    },
    queueCall: (operation) => metrics.queueCalls.inc({ operation }),
  }
}
