import { z } from 'zod'

import { envelope } from './envelope.js'

/** Marks a shipped order as delivered. */
export const DeliverOrder = envelope('comanda.order.deliver.v1', z.object({}))
export type DeliverOrder = z.infer<typeof DeliverOrder>

export const deliverOrderExample: DeliverOrder = {
  specversion: '1.0',
  id: '5d0c6f7e-1f2a-8b3c-8d4e-5f6071829304',
  source: '/comanda/order-api',
  type: 'comanda.order.deliver.v1',
  subject: '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f',
  time: '2026-01-15T09:30:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: {},
}
