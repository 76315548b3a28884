import { fileURLToPath } from 'node:url'
import { isOrder } from '@comanda/demo/dist/src/retail/invoice.js'
import { orderOfInvoice } from '@comanda/demo/dist/src/retail/order-of-invoice.js'
import { readInvoices } from '@comanda/demo/dist/src/retail/read-invoices.js'
import { LIMITS } from '@comanda/shared/limits'
import { OrderDocument } from '@comanda/shared/messages'

const FORTNIGHT = fileURLToPath(
  new URL('../../../../demo/data/online-retail-2010-12.csv.gz', import.meta.url),
)

/**
 * Real orders of a real shop as the demo sends them, spread evenly over the file and in its order, so that their sizes
 * are those of its customers. Without `file`, the demo's fortnight.
 */
export async function readOrders(count: number, file = FORTNIGHT): Promise<readonly OrderDocument[]> {
  const invoices = (await readInvoices(file)).filter(isOrder)
  return Array.from({ length: count }, (_, index) => {
    const invoice = invoices[Math.floor((index * invoices.length) / count)]!
    return OrderDocument.parse(orderOfInvoice(invoice).body)
  })
}

/** The orders as they are posted. */
export function orderBodies(orders: readonly OrderDocument[]): readonly string[] {
  return orders.map((order) => JSON.stringify(order))
}

/** An order of at least so many bytes, as no real customer sends it: lines as long as they may be. */
export function largeBody(bytes: number): string {
  const lines: OrderDocument['lines'] = []
  let length = 0
  while (length < bytes) {
    const sku = String(lines.length).padStart(LIMITS.skuMax, '0')
    lines.push({ sku, quantity: 1, unitPrice: '2.5500' })
    length += JSON.stringify(lines.at(-1)).length + 1
  }
  return JSON.stringify(OrderDocument.parse({ reference: 'LARGE', currency: 'GBP', lines }))
}
