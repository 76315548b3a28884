import type { Big } from 'big.js'
import { isOrder } from './invoice.js'
import type { Invoice } from './invoice.js'
import { orderOfInvoice, totalOf } from './order-of-invoice.js'
import { isInStock } from './stock-plan.js'

/** What has to become of one order. */
export interface ExpectedOrder {
  readonly outcome: 'confirmed' | 'out_of_stock'
  /** Pounds, exact. */
  readonly total: Big
  readonly lines: number
  /** Where its mail has to go; undefined for guests. */
  readonly email: string | undefined
}

/** What a replay has to come to, told from the data alone: every order by its invoice number; the rest is refused. */
export interface Expectation {
  readonly orders: ReadonlyMap<string, ExpectedOrder>
  readonly refused: number
}

export function expectationOf(invoices: readonly Invoice[]): Expectation {
  const orders = invoices.filter(isOrder)
  return {
    orders: new Map(orders.map((invoice) => [invoice.number, expectedOrder(invoice)])),
    refused: invoices.length - orders.length,
  }
}

function expectedOrder(invoice: Invoice): ExpectedOrder {
  return {
    outcome: isInStock(invoice) ? 'confirmed' : 'out_of_stock',
    total: totalOf(invoice),
    lines: invoice.rows.length,
    email: orderOfInvoice(invoice).body.customer?.email,
  }
}
