import { accountHash } from '@comanda/shared/identity'
import type { Logger } from '@comanda/shared/logging'
import { classifyFailure } from '@comanda/shared/postgres'
import { traceIdOf } from '@comanda/shared/tracing'
import type { ClaimedDelivery } from './domain/delivery.js'
import type { SenderObserver } from './domain/sender-observer.js'
import type { Metrics } from './metrics.js'

/** Turns what sending tells into metrics and log lines: ids and codes, never an address. */
export function createSenderObserver(metrics: Metrics, logger: Logger): SenderObserver {
  const logsMails = logger.isLevelEnabled('debug')
  return {
    attempted(delivery, outcome, durationMs) {
      const { channel } = delivery
      metrics.attempts.inc({ channel, result: outcome.kind })
      metrics.attemptSeconds.observe({ channel }, durationMs / 1_000, delivery.event.traceparent)
      if (outcome.kind === 'sent') {
        metrics.notifications.inc({ channel, outcome: 'sent' })
        observeTimes(delivery)
        if (logsMails) logger.debug(idsOf(delivery), 'notified')
      } else {
        logger.info({ ...idsOf(delivery), outcome: outcome.kind, reason: outcome.reason }, 'not notified yet')
      }
    },
    gaveUp(delivery, reason) {
      metrics.notifications.inc({ channel: delivery.channel, outcome: 'dead' })
      logger.warn({ ...idsOf(delivery), reason }, 'a notification is dead')
    },
    superseded(deliveries) {
      for (const { channel, eventId } of deliveries) {
        metrics.notifications.inc({ channel, outcome: 'superseded' })
        logger.info({ channel, eventId }, 'superseded by a newer notification')
      }
    },
    released: (channel) => metrics.attempts.inc({ channel, result: 'released' }),
    gateMoved(channel, isOpen) {
      metrics.sendingPaused.set({ channel }, isOpen ? 0 : 1)
      if (isOpen) logger.info({ channel }, 'sending goes on')
      else logger.warn({ channel }, 'sending pauses: no answer')
    },
    failed(step, error) {
      metrics.failures.inc({ step })
      // Postgres comes back by itself; anything else is for someone to look at.
      if (classifyFailure(error) === 'defect') logger.error({ step, err: error }, 'a step failed')
      else logger.warn({ step, err: error }, 'a step failed')
    },
  }

  /** Only the first event of an order tells how long its customer waited for an answer. */
  function observeTimes({ channel, event }: ClaimedDelivery): void {
    const { traceparent } = event
    metrics.handoverSeconds.observe({ channel }, secondsSince(event.time), traceparent)
    if (event.data.version === 1)
      metrics.acceptedToNotifiedSeconds.observe({ channel }, secondsSince(event.data.acceptedAt), traceparent)
  }
}

function secondsSince(time: string): number {
  return Math.max(0, Date.now() - Date.parse(time)) / 1_000
}

function idsOf({ channel, attempts, event }: ClaimedDelivery) {
  return {
    ...{ eventId: event.id, orderId: event.subject, type: event.type, channel, attempts },
    accountHash: accountHash(event.account),
    traceId: traceIdOf(event.traceparent),
  }
}
