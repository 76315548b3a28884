import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import type { Invoice, InvoiceRow } from './invoice.js'

const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
]

/** The data file cannot be used. The message is one sentence that names it. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError'
  readonly code = 'invalid_data_file'
}

type Draft = Omit<Invoice, 'rows'> & { readonly rows: InvoiceRow[] }

/**
 * Reads the invoices of a CSV file (`.csv`, or `.csv.gz`) in the order of their first rows. One invoice of the set comes
 * in two pieces, so rows are gathered by number over the whole file. Throws `DataFileError`.
 */
export async function readInvoices(file: string): Promise<readonly Invoice[]> {
  const invoices = new Map<string, Draft>()
  try {
    const source = createReadStream(file)
    const unpacked = file.endsWith('.gz') ? source.pipe(createGunzip()) : source
    const parser = parse({ columns: checkHeader })
    for (const stream of [source, unpacked]) stream.on('error', (error: Error) => parser.destroy(error))
    for await (const row of unpacked.pipe(parser) as AsyncIterable<Record<string, string>>)
      addRow(invoices, row)
  } catch (error) {
    if (error instanceof DataFileError) throw error
    throw new DataFileError(
      `The data file ${file} cannot be read: ${Error.isError(error) ? error.message : 'unknown'}.`,
    )
  }
  if (invoices.size === 0) throw new DataFileError(`The data file ${file} holds no invoice.`)
  return [...invoices.values()]
}

function checkHeader(header: readonly string[]): string[] {
  const missing = COLUMNS.filter((column) => !header.includes(column))
  if (missing.length > 0) throw new DataFileError(`The data file lacks the column ${missing.join(', ')}.`)
  return [...header]
}

function addRow(invoices: Map<string, Draft>, row: Record<string, string>): void {
  const number = row['InvoiceNo']!
  let invoice = invoices.get(number)
  if (invoice === undefined) {
    const [date, customerId, country] = [row['InvoiceDate']!, row['CustomerID']!, row['Country']!]
    invoices.set(number, (invoice = { number, date, customerId, country, rows: [] }))
  }
  invoice.rows.push({
    stockCode: row['StockCode']!,
    description: row['Description']!.trim(),
    quantity: row['Quantity']!,
    unitPrice: row['UnitPrice']!,
  })
}
