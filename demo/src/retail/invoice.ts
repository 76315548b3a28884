/** One row of the data set, as it stands in the file. */
export interface InvoiceRow {
  readonly stockCode: string
  /** Without the blanks around it; empty where it is missing. */
  readonly description: string
  readonly quantity: string
  readonly unitPrice: string
}

/** All rows of one invoice number, in the order of the file. */
export interface Invoice {
  readonly number: string
  /** Local UK time of the first row, `YYYY-MM-DD HH:MM:SS`. */
  readonly date: string
  /** Empty for guests. */
  readonly customerId: string
  readonly country: string
  readonly rows: readonly InvoiceRow[]
}

/** Whether an invoice is an order that Comanda accepts; cancellations, write-offs and bad debts are not. */
export function isOrder(invoice: Invoice): boolean {
  return invoice.rows.every(({ quantity, unitPrice }) => Number(quantity) > 0 && !unitPrice.startsWith('-'))
}
