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
  subject: 'd8edcf08-ed4f-8c4d-8df3-0c9a0e840585',
  time: '2026-01-15T09:30:00.412Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: orderSnapshotExample,
}
