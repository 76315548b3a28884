import type { z } from 'zod'
import { envelope } from './envelope.js'
import { OrderSnapshot, orderSnapshotExample } from './order-snapshot.js'

/** All lines are priced and their stock is taken. */
export const OrderConfirmed = envelope('comanda.order.confirmed.v1', OrderSnapshot)
export type OrderConfirmed = z.infer<typeof OrderConfirmed>

export const orderConfirmedExample: OrderConfirmed = {
  specversion: '1.0',
  id: '7c2e9b40-53d1-8a6f-b2c8-1d0e9f8a7b6c',
  source: '/comanda/order-worker',
  type: 'comanda.order.confirmed.v1',
  subject: '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f',
  time: '2026-01-15T09:30:00.412Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: orderSnapshotExample,
}
