import { z } from 'zod'
import { LIMITS } from '../limits.js'
import { text } from './fields.js'
import { envelope } from './envelope.js'

/** Marks a confirmed order as handed to a carrier. */
export const ShipOrder = envelope(
  'comanda.order.ship.v1',
  z.object({ carrier: text(LIMITS.carrierMax), trackingNumber: text(LIMITS.trackingNumberMax) }),
)
export type ShipOrder = z.infer<typeof ShipOrder>

export const shipOrderExample: ShipOrder = {
  specversion: '1.0',
  id: '5d0c6f7e-1f2a-8b3c-8d4e-5f6071829304',
  source: '/comanda/order-api',
  type: 'comanda.order.ship.v1',
  subject: 'd8edcf08-ed4f-8c4d-8df3-0c9a0e840585',
  time: '2026-01-15T09:30:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' },
}
