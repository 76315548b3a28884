import type { OrderStatus, RejectionReason } from '@comanda/shared/messages'
import type { TimelineEntry } from './ports.js'

const MOVED: Readonly<Record<OrderStatus, string>> = {
  accepted: 'The order was accepted.',
  confirmed: 'The order was confirmed: every line is priced and its stock is taken.',
  rejected: 'The order was rejected',
  cancelled: 'The order was cancelled',
  shipped: 'The order was handed to the carrier.',
  delivered: 'The order was delivered.',
}

const REJECTED: Readonly<Record<RejectionReason, string>> = {
  out_of_stock: 'there is not enough stock.',
  unknown_product: 'a product is not in the catalog.',
  price_changed: 'a stated price is not that of the catalog.',
  currency_mismatch: 'a product is priced in another currency.',
  idempotency_key_reused: 'another order was placed under its Idempotency-Key before.',
  unprocessable: 'it could not be read.',
}

const ASKED = { cancel: 'cancelled', ship: 'shipped', deliver: 'delivered' } as const

/** A step of an order's life in plain words, for people who read the timeline. */
export function timelineText({ status, refused, reason }: TimelineEntry): string {
  if (refused !== undefined) return `The order could not be ${ASKED[refused]}: it is ${status}.`
  if (status === 'rejected')
    return `${MOVED.rejected}${isRejectionReason(reason) ? `: ${REJECTED[reason]}` : '.'}`
  if (status === 'cancelled') return `${MOVED.cancelled}${reason === undefined ? '.' : `: ${reason}`}`
  return MOVED[status]
}

function isRejectionReason(reason: string | undefined): reason is RejectionReason {
  return reason !== undefined && Object.hasOwn(REJECTED, reason)
}
