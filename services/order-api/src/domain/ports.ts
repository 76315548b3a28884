import type { OrderStatus, RejectionReason } from '@comanda/shared/messages'
import type { OrderView } from './principal.js'

/** A claim on an idempotency key, to be compared with what is stored before the order is sent. */
export interface KeyClaim {
  readonly account: string
  readonly actor: string
  readonly key: string
  readonly orderId: string
}

/** A command ready to travel. */
export interface QueuedCommand {
  /** The command id. */
  readonly id: string
  /** Order id or SKU: what has to stay in order where the queue keeps an order. */
  readonly subject: string
  /** Whose turn it is where the queue is fair. */
  readonly group: string
  /** The message as it travels: ASCII JSON. */
  readonly body: string
  /** The order that it is about, for traces; none of a product's command. */
  readonly orderId?: string
  /** A valid W3C `traceparent`. */
  readonly traceparent?: string | undefined
  readonly claim?: KeyClaim
}

/**
 * - `sent`: the queue has confirmed it.
 * - `known`: this very order is stored already; nothing was sent.
 * - `key_reused`: another order is stored under its key; nothing was sent.
 */
export type SendResult = 'sent' | 'known' | 'key_reused'

/** The way into the orders queue. */
export interface CommandQueue {
  /**
   * Resolves only when the queue has confirmed the command or when it is not needed. Rejects with an `ApiError`:
   * `overloaded` at once when too many wait, `queue_unavailable` within the queue budget; the command may still arrive.
   */
  send(command: QueuedCommand): Promise<SendResult>
}

/** Who owns the keys of orders that leave together. */
export interface KeyOwners {
  /**
   * The order id stored under each claim's key, in the order of the claims, undefined where there is none. Resolves
   * with undefined where it cannot be told within its budget: the worker is the judge then. Never rejects.
   */
  ownersOf(claims: readonly KeyClaim[]): Promise<readonly (string | undefined)[] | undefined>
}

/** What decides about a command or a 304, without the order's lines. */
export interface OrderHead {
  readonly id: string
  /** `accepted` is the tombstone of a cancel that overtook its order: version 0, nothing else is known. */
  readonly status: OrderStatus
  readonly version: number
  readonly acceptedAt: Date
}

export interface StoredLine {
  readonly sku: string
  readonly quantity: number
  readonly unitPrice?: string
  readonly amount?: string
}

/** One step of an order's life: a move, or a command that was refused (`refused`), each with a version of its own. */
export interface TimelineEntry {
  readonly version: number
  readonly status: OrderStatus
  readonly refused?: 'cancel' | 'ship' | 'deliver'
  readonly reason?: string
  readonly actor: string
  readonly at: Date
}

export interface OrderSummary extends OrderHead {
  readonly reason?: RejectionReason
  readonly reference?: string
  readonly currency?: string
  readonly total?: string
  readonly lineCount: number
  readonly customerId?: string
  readonly placedAt?: Date
  readonly updatedAt: Date
}

export interface StoredOrder extends OrderSummary {
  readonly actor: string
  readonly lines: readonly StoredLine[]
  readonly customer?: { readonly email?: string; readonly name?: string; readonly language?: string }
  readonly shipTo?: Readonly<Record<string, string>>
  readonly metadata?: Readonly<Record<string, string>>
  readonly carrier?: string
  readonly trackingNumber?: string
  readonly timeline: readonly TimelineEntry[]
}

export interface OrderFilter {
  readonly status?: OrderStatus
  readonly reference?: string
  readonly customerId?: string
  /** Business time: `placedAt`, and the time of acceptance for orders without one. Both bounds belong to the range. */
  readonly placedFrom?: Date
  readonly placedTo?: Date
}

/** Whether a list is ordered by business time, which its filter names. */
export function namesBusinessTime({ placedFrom, placedTo }: OrderFilter): boolean {
  return placedFrom !== undefined || placedTo !== undefined
}

/** A place in a list of orders, newest first. */
export interface OrderPosition {
  /** The time that the list is ordered by. RFC 3339 with microseconds. */
  readonly at: string
  readonly id: string
}

export interface OrderPage {
  readonly orders: readonly OrderSummary[]
  /** Where the next page begins; undefined on the last. */
  readonly next?: OrderPosition
}

export interface OrderRef {
  readonly account: string
  readonly id: string
}

/**
 * Orders as they are stored, always inside one view: what lies outside of it does not exist. Every method rejects with
 * the `ApiError` `orders_unavailable` while the store cannot be asked.
 */
export interface OrderReader {
  head(view: OrderView, id: string): Promise<OrderHead | undefined>
  order(view: OrderView, id: string): Promise<StoredOrder | undefined>
  /**
   * Newest first, at most `limit`, from after `after`: by business time where the filter names it, else by acceptance.
   */
  page(view: OrderView, filter: OrderFilter, limit: number, after?: OrderPosition): Promise<OrderPage>
  /** Versions of all orders that exist, by id; one query whatever their number. */
  versions(orders: readonly OrderRef[]): Promise<ReadonlyMap<string, number>>
}

export interface Product {
  readonly sku: string
  readonly name?: string
  readonly price: string
  readonly currency: string
  readonly available: number
}

export interface ProductPage {
  readonly products: readonly Product[]
  /** The SKU after which the next page begins; undefined on the last. */
  readonly next?: string
}

/** The catalog of an account. Rejects with `orders_unavailable` while the store cannot be asked. */
export interface ProductReader {
  product(account: string, sku: string): Promise<Product | undefined>
  /** By SKU, at most `limit`, from after the SKU `after`. */
  page(account: string, limit: number, after?: string): Promise<ProductPage>
}

/** Waits for changes of orders on behalf of many requests. */
export interface OrderWatch {
  /**
   * Resolves true when the order's version is no longer `version` (an order that does not exist has version 0), false
   * after `waitMs`, when too many wait already, or when the service drains. Never rejects.
   */
  changed(order: OrderRef, version: number, waitMs: number): Promise<boolean>
}
