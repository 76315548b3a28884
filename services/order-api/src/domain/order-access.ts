import { ApiError } from './api-error.js'
import type { Principal } from './principal.js'
import type { ReceiptCheck, Receipts } from './receipt.js'

/** The one answer for an order that does not exist, is another caller's, or comes with a receipt that proves nothing. */
export function orderNotFound(): ApiError {
  return new ApiError('not_found', 'There is no such order.')
}

/** What the receipt of a request proves to this caller; `invalid` without one. */
export function checkReceipt(
  receipts: Receipts,
  principal: Principal,
  orderId: string,
  receipt: string | undefined,
): ReceiptCheck {
  return receipt === undefined
    ? { kind: 'invalid' }
    : receipts.check({ orderId, account: principal.account, actor: principal.actor }, receipt)
}

/** The time of acceptance that a receipt proves for an order without a row; throws where it proves none. */
export function acceptedByReceipt(check: ReceiptCheck): Date {
  if (check.kind === 'valid') return check.acceptedAt
  if (check.kind === 'unknown_key')
    throw new ApiError('receipt_unverifiable', 'The receipt cannot be checked here yet.')
  throw orderNotFound()
}

export function isUnavailable(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 'orders_unavailable'
}
