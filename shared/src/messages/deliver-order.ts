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
  subject: 'd8edcf08-ed4f-8c4d-8df3-0c9a0e840585',
  time: '2026-01-15T09:30:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: {},
}
