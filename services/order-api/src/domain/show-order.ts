import { ApiError } from './api-error.js'
import { acceptedByReceipt, checkReceipt, isUnavailable } from './order-access.js'
import type { OrderHead, OrderReader, OrderWatch, StoredOrder } from './ports.js'
import { viewOf } from './principal.js'
import type { Principal } from './principal.js'
import type { Receipts } from './receipt.js'

/** An accepted order without a row for longer than this is `delayed`: still safe in the queue, but late. */
export const DELAYED_AFTER_MS = 15 * 60_000

export interface ShowOrderRequest {
  readonly principal: Principal
  readonly orderId: string
  readonly receipt?: string | undefined
  /** Entity tags that the caller holds; a matching one makes the answer `unchanged`. */
  readonly knownTags?: readonly string[] | undefined
  /** How long to wait for a change of what the caller holds. */
  readonly waitMs?: number
}

/** What there is to show: a stored order, one that is only accepted yet, or nothing new. `tag` names the content. */
export type ShownOrder =
  | { readonly kind: 'stored'; readonly tag: string; readonly order: StoredOrder }
  | {
      readonly kind: 'accepted'
      readonly tag: string
      readonly orderId: string
      readonly status: 'accepted' | 'delayed'
      readonly acceptedAt: Date
    }
  | { readonly kind: 'unchanged'; readonly tag: string }

/** Shows an order; a state is never guessed. Rejects with `not_found`, `receipt_unverifiable` or `orders_unavailable`. */
export type ShowOrderUseCase = (request: ShowOrderRequest) => Promise<ShownOrder>

export function createShowOrder(world: {
  readonly orders: OrderReader
  readonly watch: OrderWatch
  readonly receipts: Receipts
  readonly now: () => Date
}): ShowOrderUseCase {
  const { orders, watch, receipts, now } = world

  return async (request) => {
    const { principal, orderId, knownTags = [], waitMs = 0 } = request
    const view = viewOf(principal, 'orders:read')
    const receipt = checkReceipt(receipts, principal, orderId, request.receipt)
    const waiting = (head: OrderHead | undefined) => {
      const acceptedAt =
        receipt.kind === 'valid' ? receipt.acceptedAt : (head?.acceptedAt ?? acceptedByReceipt(receipt))
      const delayed = now().getTime() - acceptedAt.getTime() > DELAYED_AFTER_MS
      return delayed
        ? ({ kind: 'accepted', tag: '"0-delayed"', orderId, status: 'delayed', acceptedAt } as const)
        : ({ kind: 'accepted', tag: '"0"', orderId, status: 'accepted', acceptedAt } as const)
    }
    /** What is known without the lines: its tag, and for orders without content all of it. */
    const glance = async () => {
      const head = await orders.head(view, orderId)
      return head === undefined || head.version === 0
        ? { version: 0, ...waiting(head) }
        : { version: head.version, kind: 'stored' as const, tag: `"${head.version}"` }
    }
    const isKnown = (tag: string) => knownTags.includes(tag) || knownTags.includes('*')

    try {
      if (knownTags.length > 0) {
        const seen = await glance()
        const order = { account: principal.account, id: orderId }
        if (isKnown(seen.tag) && !(waitMs > 0 && (await watch.changed(order, seen.version, waitMs))))
          return { kind: 'unchanged', tag: seen.tag }
      }
      const order = await orders.order(view, orderId)
      const shown =
        order === undefined || order.version === 0
          ? waiting(order)
          : ({ kind: 'stored', tag: `"${order.version}"`, order } as const)
      return isKnown(shown.tag) ? { kind: 'unchanged', tag: shown.tag } : shown
    } catch (error) {
      if (isUnavailable(error) && receipt.kind === 'valid')
        throw new ApiError('orders_unavailable', 'The order was accepted; its state cannot be read now.', {
          cause: error,
          extensions: { accepted: true, acceptedAt: receipt.acceptedAt.toISOString() },
        })
      throw error
    }
  }
}
