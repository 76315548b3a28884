import { Big } from 'big.js'
import { COUNTRY_CODES } from './countries.js'
import type { Invoice } from './invoice.js'
import { londonInstant } from './london-time.js'

/** The order that the shop's storefront sends for an invoice. Invoices that are no orders are sent in the same way. */
export interface InvoiceOrder {
  readonly key: string
  readonly body: {
    readonly reference: string
    readonly currency: 'GBP'
    readonly customer?: { readonly id: string; readonly email: string; readonly language: string }
    readonly shipTo?: { readonly country: string }
    readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly unitPrice: string }[]
    readonly placedAt: string
  }
}

/** What the keys of all invoices begin with. */
export const KEY_PREFIX = 'online-retail-invoice-'

/** Maps an invoice. The key is the invoice's own, so that a second run sends the same request again. */
export function orderOfInvoice(invoice: Invoice): InvoiceOrder {
  const { number, customerId } = invoice
  const country = COUNTRY_CODES[invoice.country]
  return {
    key: `${KEY_PREFIX}${number}`,
    body: {
      reference: number,
      currency: 'GBP',
      ...(customerId === ''
        ? {}
        : {
            customer: {
              id: customerId,
              email: `customer-${customerId}@shop.example`,
              language: country === 'ES' ? 'es' : 'en',
            },
          }),
      ...(country === undefined ? {} : { shipTo: { country } }),
      lines: invoice.rows.map(({ stockCode, quantity, unitPrice }) => ({
        sku: stockCode,
        quantity: Number(quantity),
        unitPrice: new Big(unitPrice).toFixed(),
      })),
      placedAt: londonInstant(invoice.date),
    },
  }
}

/** The exact total of an invoice, in pounds. */
export function totalOf(invoice: Invoice): Big {
  return invoice.rows.reduce(
    (sum, { quantity, unitPrice }) => sum.plus(new Big(unitPrice).times(quantity)),
    new Big(0),
  )
}
