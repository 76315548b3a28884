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
  subject: '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f',
  time: '2026-01-15T09:30:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' },
}
