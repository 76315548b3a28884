import { eventId } from '@comanda/shared/identity'
import { LIMITS } from '@comanda/shared/limits'
import type { OrderEvent, OrderSnapshot } from '@comanda/shared/messages'
import type { DecidedOrder } from './order.js'

/** The event that tells how an order stands now. Its id depends on order and version alone, so every telling is the same. */
export function orderEvent(order: DecidedOrder, causedBy: string, at: string): OrderEvent {
  const envelope = {
    specversion: '1.0',
    id: eventId(order.id, order.version),
    source: '/comanda/order-worker',
    subject: order.id,
    time: at,
    datacontenttype: 'application/json',
    account: order.account,
    actor: causedBy,
  } as const
  const data = snapshotOf(order)
  switch (order.status) {
    case 'confirmed':
      return { ...envelope, type: 'comanda.order.confirmed.v1', data }
    case 'rejected':
      return { ...envelope, type: 'comanda.order.rejected.v1', data: { ...data, reason: order.reason } }
    case 'cancelled':
      return { ...envelope, type: 'comanda.order.cancelled.v1', data }
    case 'shipped': {
      const { carrier, trackingNumber } = order
      return { ...envelope, type: 'comanda.order.shipped.v1', data: { ...data, carrier, trackingNumber } }
    }
    case 'delivered':
      return { ...envelope, type: 'comanda.order.delivered.v1', data }
  }
}

function snapshotOf(order: DecidedOrder): OrderSnapshot {
  const { reference, currency, total, contact } = order
  return {
    ...(reference === undefined ? {} : { reference }),
    version: order.version,
    acceptedAt: order.acceptedAt,
    ...(currency === undefined ? {} : { currency }),
    ...(total === undefined ? {} : { total }),
    lineCount: order.lineCount,
    lines: order.lines.slice(0, LIMITS.eventLinesMax),
    ...contact,
  }
}
