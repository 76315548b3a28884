import { sha256Json } from './identity.js'

/** What an order says, in the form in which a client's order and a stored row can be compared. */
export interface OrderContent {
  readonly reference: string | null
  readonly currency: string | null
  readonly customerId: string | null
  readonly email: string | null
  readonly name: string | null
  readonly language: string | null
  readonly shipTo: unknown
  readonly placedAtMs: number | null
  readonly metadata: unknown
  readonly lines: readonly (readonly [sku: string, quantity: number])[]
}

/** One hash for all of it. */
export function contentHash(content: OrderContent): string {
  return sha256Json(content)
}

/** The hash of the prices of all lines, with four decimals. */
export function pricesHash(prices: readonly string[]): string {
  return sha256Json(prices.map(fourDecimals))
}

function fourDecimals(price: string): string {
  const [whole = '0', decimals = ''] = price.split('.')
  return `${whole}.${decimals.padEnd(4, '0')}`
}

interface SentOrder {
  readonly reference: string
  readonly currency: string
  readonly customer?: {
    readonly id?: string
    readonly email?: string
    readonly name?: string
    readonly language?: string
  }
  readonly shipTo?: unknown
  readonly placedAt?: string
  readonly metadata?: unknown
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly unitPrice?: string }[]
}

/** The content of an order as a client sends it. */
export function contentOfSent(order: SentOrder): OrderContent {
  return {
    reference: order.reference,
    currency: order.currency,
    customerId: order.customer?.id ?? null,
    email: order.customer?.email ?? null,
    name: order.customer?.name ?? null,
    language: order.customer?.language ?? null,
    shipTo: order.shipTo ?? null,
    placedAtMs: order.placedAt === undefined ? null : Date.parse(order.placedAt),
    metadata: order.metadata ?? null,
    lines: order.lines.map(({ sku, quantity }) => [sku, quantity]),
  }
}
