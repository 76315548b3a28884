import { z } from 'zod'
import { LIMITS } from '../limits.js'
import { Currency, UnitPrice, text } from './fields.js'
import { envelope } from './envelope.js'

/** Creates a product or replaces its name and price; `subject` is the SKU. An older `time` never overwrites a newer one. */
export const PutProduct = envelope(
  'comanda.product.put.v1',
  z.object({ name: text(LIMITS.nameMax).optional(), price: UnitPrice, currency: Currency }),
)
export type PutProduct = z.infer<typeof PutProduct>

export const putProductExample: PutProduct = {
  specversion: '1.0',
  id: '5d0c6f7e-1f2a-8b3c-8d4e-5f6071829304',
  source: '/comanda/order-api',
  type: 'comanda.product.put.v1',
  subject: '85123A',
  time: '2026-01-15T09:30:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: { name: 'White hanging heart t-light holder', price: '2.55', currency: 'GBP' },
}
