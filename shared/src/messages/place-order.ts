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
  id: 'd8edcf08-ed4f-8c4d-8df3-0c9a0e840585',
  source: '/comanda/order-api',
  type: 'comanda.order.place.v1',
  subject: 'd8edcf08-ed4f-8c4d-8df3-0c9a0e840585',
  time: '2026-01-15T09:30:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: {
    key: 'invoice-536365-first',
    fingerprint: '9cbc143411e5f48bf13a223d0f308ea5e5bdd678e29121730f3658ad4be9aad0',
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
