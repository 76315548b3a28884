import { Big } from 'big.js'
import { isOrder } from './invoice.js'
import type { Invoice } from './invoice.js'
import { totalOf } from './order-of-invoice.js'

/**
 * Products that the demo never has in stock: orders with one of them are rejected, whatever the order of arrival. All
 * others have exactly what the orders of the run ask for, so not one unit may be sold twice or left over by mistake.
 */
export const NEVER_IN_STOCK: ReadonlySet<string> = new Set(['84509A', '22246', '85039B', '22091'])

export interface PlannedProduct {
  readonly sku: string
  readonly name: string | undefined
  readonly price: string
  readonly stock: number
}

/** What a replay of the invoices has to come to. */
export interface Expectation {
  readonly orders: number
  readonly refused: number
  readonly confirmed: number
  readonly outOfStock: number
  readonly total: Big
  readonly confirmedTotal: Big
}

/** Derives the catalog from the orders among the invoices: last name and price seen, and the stock that they need. */
export function planStock(invoices: readonly Invoice[]): readonly PlannedProduct[] {
  const products = new Map<string, { name: string | undefined; price: string; stock: number }>()
  for (const invoice of invoices) {
    if (!isOrder(invoice)) continue
    const sells = willBeConfirmed(invoice)
    for (const { stockCode, description, quantity, unitPrice } of invoice.rows) {
      const before = products.get(stockCode)
      products.set(stockCode, {
        name: description === '' ? before?.name : description,
        price: new Big(unitPrice).toFixed(),
        stock: (before?.stock ?? 0) + (sells ? Number(quantity) : 0),
      })
    }
  }
  return [...products].map(([sku, product]) => ({ sku, ...product }))
}

/** What has to come out, told from the data alone. */
export function expectationOf(invoices: readonly Invoice[]): Expectation {
  const orders = invoices.filter(isOrder)
  const confirmed = orders.filter(willBeConfirmed)
  const sum = (some: readonly Invoice[]) =>
    some.reduce((total, invoice) => total.plus(totalOf(invoice)), new Big(0))
  return {
    orders: orders.length,
    refused: invoices.length - orders.length,
    confirmed: confirmed.length,
    outOfStock: orders.length - confirmed.length,
    total: sum(orders),
    confirmedTotal: sum(confirmed),
  }
}

function willBeConfirmed({ rows }: Invoice): boolean {
  return !rows.some(({ stockCode }) => NEVER_IN_STOCK.has(stockCode))
}
