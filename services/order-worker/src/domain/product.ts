import type { Amount } from './money.js'

/** A product of an account's catalog with its stock. */
export interface Product {
  readonly sku: string
  readonly name?: string
  readonly price: Amount
  readonly currency: string
  /** Whole units on hand, never below 0. */
  readonly available: number
  /** `time` of the put that stands, in ms since 1970. An older put never overwrites it. */
  readonly putAtMs: number
}

/** The products of one account, by SKU. */
export type Catalog = ReadonlyMap<string, Product>

/** A change of a product's stock: negative takes, positive gives. Never 0. */
export interface StockChange {
  readonly sku: string
  readonly quantity: number
}

/** Quantities summed per SKU, since a SKU may stand on several lines. */
export function quantityBySku(
  lines: readonly { readonly sku: string; readonly quantity: number }[],
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
  return sums
}
