import { Big } from 'big.js'
import { isOrder } from './invoice.js'
import type { Invoice } from './invoice.js'

/**
 * Products that the demo never has in stock: orders with one of them are rejected, whatever the order of arrival. All
 * others have what the orders of the run ask for, and something to spare.
 */
export const NEVER_IN_STOCK: ReadonlySet<string> = new Set(['84509A', '22246', '85039B', '22091'])

/** Units of each product for orders of the user's own, during the replay as well. */
const SPARE_UNITS = 1_000

export interface PlannedProduct {
  readonly sku: string
  readonly name: string | undefined
  readonly price: string
  readonly stock: number
}

/** Derives the catalog from the orders among the invoices: the last name and price (gifts aside) and enough stock. */
export function planStock(invoices: readonly Invoice[]): readonly PlannedProduct[] {
  const products = new Map<string, Omit<PlannedProduct, 'sku'>>()
  for (const invoice of invoices) {
    if (!isOrder(invoice)) continue
    const sells = isInStock(invoice)
    for (const { stockCode, description, quantity, unitPrice } of invoice.rows) {
      const before = products.get(stockCode)
      const price = new Big(unitPrice)
      products.set(stockCode, {
        name: description === '' ? before?.name : description,
        price: price.gt(0) || before === undefined ? price.toFixed() : before.price,
        stock:
          (before?.stock ?? (NEVER_IN_STOCK.has(stockCode) ? 0 : SPARE_UNITS)) +
          (sells ? Number(quantity) : 0),
      })
    }
  }
  return [...products].map(([sku, product]) => ({ sku, ...product }))
}

/** Whether there is stock for every line. */
export function isInStock({ rows }: Invoice): boolean {
  return !rows.some(({ stockCode }) => NEVER_IN_STOCK.has(stockCode))
}
