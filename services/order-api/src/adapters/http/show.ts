import type { z } from 'zod'
import type { OrderSummary, StoredOrder } from '../../domain/ports.js'
import { timelineText } from '../../domain/timeline-text.js'
import type { ShownOrder, ShownSummary } from './order-schemas.js'

/** An order as GET shows it: an allow-list, so that a new column shows nothing by itself. */
export function showOrder(order: StoredOrder): ShownOrder {
  const { customerId, ...summary } = showSummary(order)
  const customer = { ...(customerId === undefined ? {} : { id: customerId }), ...order.customer }
  return {
    ...summary,
    lines: order.lines.map(({ sku, quantity, unitPrice, amount }) => ({ sku, quantity, unitPrice, amount })),
    ...(Object.keys(customer).length === 0 ? {} : { customer }),
    shipTo: order.shipTo as ShownOrder['shipTo'],
    metadata: order.metadata,
    carrier: order.carrier,
    trackingNumber: order.trackingNumber,
    timeline: timelineOf(order),
  }
}

export function showSummary(order: OrderSummary): ShownSummary {
  return {
    id: order.id,
    status: order.status,
    version: order.version,
    reason: order.reason,
    reference: order.reference,
    currency: order.currency,
    total: order.total,
    lineCount: order.lineCount,
    customerId: order.customerId,
    placedAt: order.placedAt?.toISOString(),
    acceptedAt: order.acceptedAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  }
}

/** The stored steps, after the one that needs no row: that the order was accepted. */
function timelineOf({ timeline, actor, acceptedAt }: StoredOrder): z.infer<typeof ShownOrder>['timeline'] {
  const accepted = { version: 0, status: 'accepted', actor, at: acceptedAt } as const
  return [accepted, ...timeline].map((entry) => ({
    ...entry,
    at: entry.at.toISOString(),
    text: timelineText(entry),
  }))
}
