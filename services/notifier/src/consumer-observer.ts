import type { Logger } from '@comanda/shared/logging'
import type { ConsumerObserver } from '@comanda/shared/sqs'
import type { Metrics } from './metrics.js'

/** Turns what the consuming layer tells into metrics and log lines. */
export function createConsumerObserver(metrics: Metrics, logger: Logger): ConsumerObserver {
  const { consumer } = metrics
  return {
    ...consumer,
    settled(outcome, messageId, receiveCount, reason) {
      consumer.settled(outcome, messageId, receiveCount, reason)
      if (outcome === 'park') logger.error({ messageId, receiveCount, reason }, 'message parked')
      else if (outcome === 'retry') logger.warn({ messageId, receiveCount, reason }, 'message comes again')
    },
    paused(reason) {
      consumer.paused(reason)
      logger.warn({ reason }, 'receiving paused')
    },
    resumed() {
      consumer.resumed()
      logger.info('receiving resumed')
    },
    queueError(operation, error) {
      logger.warn({ operation, err: error }, 'a queue call failed')
    },
  }
}
