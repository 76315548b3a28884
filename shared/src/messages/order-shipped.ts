import type { z } from 'zod'
import { LIMITS } from '../limits.js'
import { envelope } from './envelope.js'
import { text } from './fields.js'
import { OrderSnapshot, orderSnapshotExample } from './order-snapshot.js'

/** The order left with a carrier. */
export const OrderShipped = envelope(
  'comanda.order.shipped.v1',
  OrderSnapshot.extend({ carrier: text(LIMITS.carrierMax), trackingNumber: text(LIMITS.trackingNumberMax) }),
)
export type OrderShipped = z.infer<typeof OrderShipped>

export const orderShippedExample: OrderShipped = {
  specversion: '1.0',
  id: '7c2e9b40-53d1-8a6f-b2c8-1d0e9f8a7b6c',
  source: '/comanda/order-worker',
  type: 'comanda.order.shipped.v1',
  subject: 'd8edcf08-ed4f-8c4d-8df3-0c9a0e840585',
  time: '2026-01-15T09:30:00.412Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: { ...orderSnapshotExample, carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' },
}
