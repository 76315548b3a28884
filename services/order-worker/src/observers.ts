import { accountHash } from '@comanda/shared/identity'
import type { Logger } from '@comanda/shared/logging'
import type { ConsumerObserver } from '@comanda/shared/sqs'
import { traceIdOf } from '@comanda/shared/tracing'
import type { CommandObserver } from './adapters/sqs/command-handler.js'
import type { RelayObserver } from './adapters/sqs/event-relay.js'
import type { Metrics } from './metrics.js'

/** Turns what the consuming layer tells into metrics and log lines. */
export function consumerObserver(metrics: Metrics, logger: Logger): ConsumerObserver {
  const { consumer } = metrics
  return {
    ...consumer,
    settled(outcome, messageId, receiveCount, reason) {
      consumer.settled(outcome, messageId, receiveCount, reason)
      if (outcome === 'park') logger.error({ messageId, receiveCount, reason }, 'message parked')
      else if (outcome === 'retry') logger.debug({ messageId, receiveCount, reason }, 'message comes again')
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

export function commandObserver(metrics: Metrics, logger: Logger): CommandObserver {
  const logsDecisions = logger.isLevelEnabled('debug')
  return {
    decided({ command, traceParent }, result) {
      const { type } = command
      const outcome = result.kind === 'retry' ? 'retry' : result.outcome
      metrics.commandsDecided.inc({ type, outcome, reason: result.reason ?? '' })
      if (logsDecisions)
        logger.debug(
          {
            ...(isAboutOrder(type) ? { orderId: command.subject } : {}),
            ...{ type, outcome, reason: result.reason, traceId: traceIdOf(traceParent) },
            accountHash: accountHash(command.account),
          },
          'decided',
        )
      if (result.kind === 'retry' || result.status === undefined) return
      if (type !== 'comanda.order.place.v1') {
        if (outcome === 'applied') metrics.ordersMoved.inc({ status: result.status })
        return
      }
      metrics.ordersDecided.inc({ status: result.status, reason: result.reason ?? '' })
      if (result.confirmed !== undefined)
        metrics.confirmedAmount.inc({ currency: result.confirmed.currency }, Number(result.confirmed.total))
      const seconds = Math.max(0, Date.now() - Date.parse(command.time)) / 1_000
      metrics.decisionSeconds.observe({}, seconds, traceParent)
    },
    split(size, error) {
      metrics.batchSplits.inc()
      logger.warn({ size, code: error.code, detail: error.detail }, 'batch split')
    },
    defect(messageId, error) {
      metrics.commandDefects.inc({ detail: error.detail })
      logger.error(
        { messageId, detail: error.detail, err: error.cause },
        'command failed; it stays in the queue',
      )
    },
  }
}

/** Of other commands the subject is a SKU. `unreadable` ends an order, too. */
function isAboutOrder(type: string): boolean {
  return type.startsWith('comanda.order.') || type === 'unreadable'
}

export function relayObserver(metrics: Metrics, logger: Logger): RelayObserver {
  return {
    sent: (path, count) => metrics.eventsSent.inc({ path }, count),
    notSent: (code) => metrics.eventsNotSent.inc({ code }),
    measured(unsent, oldestMs) {
      metrics.outboxUnsent.set(unsent)
      metrics.outboxOldestSeconds.set(oldestMs / 1_000)
    },
    failed: (step, error) => logger.warn({ step, err: error }, 'the outbox could not be reached'),
  }
}
