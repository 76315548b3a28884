import { z } from 'zod'
import { LIMITS } from '../limits.js'
import { StockDelta, text } from './fields.js'
import { envelope } from './envelope.js'

/** Adds to or takes from the stock of a product; a delta, because standard queues reorder. `subject` is the SKU. */
export const AdjustStock = envelope(
  'comanda.stock.adjust.v1',
  z.object({ delta: StockDelta, reason: text(LIMITS.reasonMax) }),
)
export type AdjustStock = z.infer<typeof AdjustStock>

export const adjustStockExample: AdjustStock = {
  specversion: '1.0',
  id: '5d0c6f7e-1f2a-8b3c-8d4e-5f6071829304',
  source: '/comanda/order-api',
  type: 'comanda.stock.adjust.v1',
  subject: '85123A',
  time: '2026-01-15T09:30:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: { delta: 600, reason: 'goods received' },
}
