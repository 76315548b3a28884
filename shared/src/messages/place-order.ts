import { z } from 'zod'
import { envelope } from './envelope.js'
import { Key } from './fields.js'
import { OrderDocument } from './order-document.js'

/** Places an order. `id` and `subject` are both the order id. */
export const PlaceOrder = envelope(
  'comanda.order.place.v1',
  z.object({
    key: Key,
    /** SHA-256 (hex) of the RFC 8785 form of the order as sent. */
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    /** True when the caller may state prices (`orders:price`): stated prices stand, the catalog is not asked. */
    pricesStand: z.boolean(),
    order: OrderDocument,
  }),
)
export type PlaceOrder = z.infer<typeof PlaceOrder>

export const placeOrderExample: PlaceOrder = {
  specversion: '1.0',
  id: '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f',
  source: '/comanda/order-api',
  type: 'comanda.order.place.v1',
  subject: '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f',
  time: '2026-01-15T09:30:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: {
    key: 'invoice-536365-first',
    fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    pricesStand: true,
    order: {
      reference: '536365',
      currency: 'GBP',
      customer: { id: '17850', email: 'customer-17850@shop.example', language: 'en' },
      shipTo: { country: 'GB' },
      lines: [{ sku: '85123A', quantity: 6, unitPrice: '2.55' }],
    },
  },
}
