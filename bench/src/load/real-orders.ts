import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import { OrderDocument } from '@comanda/shared/messages'
import { parse } from 'csv-parse'

const DEMO_DATA = fileURLToPath(new URL('../../../../demo/data/', import.meta.url))

interface Row {
  readonly InvoiceNo: string
  readonly StockCode: string
  readonly Quantity: string
  readonly UnitPrice: string
  readonly CustomerID: string
}

/**
 * Real orders of a real shop (UCI Online Retail), spread evenly over the file and in its order, so that their sizes are
 * those of the year. Without `file`, the demo's fortnight. Invoices that are no acceptable orders are left out.
 */
export async function readOrders(count: number, file = demoFile()): Promise<readonly OrderDocument[]> {
  const invoices = new Map<string, Row[]>()
  const rows = createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }))
  for await (const row of rows as AsyncIterable<Row>) {
    const lines = invoices.get(row.InvoiceNo)
    if (lines === undefined) invoices.set(row.InvoiceNo, [row])
    else lines.push(row)
  }
  const orders = [...invoices].flatMap(([reference, lines]) => {
    const order = OrderDocument.safeParse(orderOf(reference, lines))
    return order.success ? [order.data] : []
  })
  if (orders.length === 0) throw new Error(`${file} has no orders`)
  return Array.from(
    { length: count },
    (_, index) => orders[Math.floor((index * orders.length) / count) % orders.length]!,
  )
}

/** The orders as they are posted. */
export function orderBodies(orders: readonly OrderDocument[]): readonly string[] {
  return orders.map((order) => JSON.stringify(order))
}

function orderOf(reference: string, rows: readonly Row[]): unknown {
  const id = rows[0]?.CustomerID
  return {
    reference,
    currency: 'GBP',
    ...(id === undefined || id === ''
      ? {}
      : { customer: { id, email: `customer-${id}@shop.example`, language: 'en' } }),
    lines: rows.map(({ StockCode, Quantity, UnitPrice }) => ({
      sku: StockCode,
      quantity: Number(Quantity),
      unitPrice: String(Number(UnitPrice)),
    })),
  }
}

function demoFile(): string {
  const file = readdirSync(DEMO_DATA).find((name) => name.endsWith('.csv.gz'))
  if (file === undefined) throw new Error('demo/data has no orders')
  return join(DEMO_DATA, file)
}
