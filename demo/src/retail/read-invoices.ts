import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { z } from 'zod'
import type { Invoice, InvoiceRow } from './invoice.js'

/** A row as the data set has it. What an order API makes of a negative quantity is its own affair; a word is no quantity. */
const Row = z.object({
  InvoiceNo: z.string().regex(/^[!-~]{1,64}$/, 'must be 1 to 64 visible ASCII characters'),
  StockCode: z.string().min(1, 'must not be empty'),
  Description: z.string(),
  Quantity: z.string().regex(/^-?\d{1,15}$/, 'must be a whole number'),
  InvoiceDate: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, 'must look like 2010-12-01 08:26:00')
    .refine((date) => !Number.isNaN(Date.parse(`${date.replace(' ', 'T')}Z`)), 'must be a date'),
  UnitPrice: z.string().regex(/^-?\d{1,15}(?:\.\d{1,15})?$/, 'must be a decimal number'),
  CustomerID: z.string(),
  Country: z.string(),
})
type Row = z.infer<typeof Row>

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
    let number = 0
    for await (const row of rowsOf(file)) addRow(invoices, parseRow(row, (number += 1)))
  } catch (error) {
    const what = Error.isError(error) ? error.message : 'unknown'
    throw new DataFileError(`The data file ${file} cannot be used: ${what}.`)
  }
  if (invoices.size === 0) throw new DataFileError(`The data file ${file} holds no invoice.`)
  return [...invoices.values()]
}

function rowsOf(file: string): AsyncIterable<unknown> {
  const source = createReadStream(file)
  const unpacked = file.endsWith('.gz') ? source.pipe(createGunzip()) : source
  const parser = parse({ bom: true, columns: checkHeader })
  for (const stream of [source, unpacked]) stream.on('error', (error: Error) => parser.destroy(error))
  return unpacked.pipe(parser)
}

function checkHeader(header: readonly string[]): string[] {
  const missing = Object.keys(Row.shape).filter((column) => !header.includes(column))
  if (missing.length > 0) throw new Error(`it lacks the column ${missing.join(', ')}`)
  return [...header]
}

function parseRow(row: unknown, number: number): Row {
  const parsed = Row.safeParse(row)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new Error(`${String(issue.path[0])} of row ${number} ${issue.message}`)
}

function addRow(invoices: Map<string, Draft>, row: Row): void {
  let invoice = invoices.get(row.InvoiceNo)
  if (invoice === undefined) {
    invoice = {
      number: row.InvoiceNo,
      date: row.InvoiceDate,
      customerId: row.CustomerID,
      country: row.Country,
      rows: [],
    }
    invoices.set(row.InvoiceNo, invoice)
  }
  invoice.rows.push({
    stockCode: row.StockCode,
    description: row.Description.trim(),
    quantity: row.Quantity,
    unitPrice: row.UnitPrice,
  })
}
