import type { Logger } from '@comanda/shared/logging'
import type { ConsumerObserver } from '@comanda/shared/sqs'
import type { Metrics } from './metrics.js'

/** Turns what the consuming layer tells into metrics and log lines. */
export function createConsumerObserver(metrics: Metrics, logger: Logger): ConsumerObserver {
  return {
    received: (count) => metrics.messagesReceived.inc(count),
    handled(count, durationMs) {
      metrics.batchSize.observe(count)
      metrics.handlerSeconds.observe(durationMs / 1_000)
    },
    settled(outcome, messageId, receiveCount, reason) {
      metrics.messagesSettled.inc({ outcome })
      if (outcome === 'park') logger.error({ messageId, receiveCount, reason }, 'message parked')
      else if (outcome === 'retry') logger.warn({ messageId, receiveCount, reason }, 'message comes again')
    },
    paused(reason) {
      metrics.consumerPauses.inc({ reason })
      metrics.consumerPaused.set(1)
      logger.warn({ reason }, 'receiving paused')
    },
    resumed() {
      metrics.consumerPaused.set(0)
      logger.info('receiving resumed')
    },
    queueError(operation, error) {
      metrics.queueErrors.inc({ operation })
      logger.warn({ operation, err: error }, 'a queue call failed')
    },
    queueCall: (operation) => metrics.queueCalls.inc({ operation }),
  }
}
