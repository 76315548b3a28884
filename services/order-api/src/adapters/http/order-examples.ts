import type { z } from 'zod'
import type { ShownOrder } from './order-schemas.js'

/** The order that the examples of the OpenAPI document are about. */
export const EXAMPLE_ORDER_ID = '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f'
export const EXAMPLE_RECEIPT = 'v1.mkf1o2q8.4oZ8pV2rBqk3nQnF7m0bJ6Y5x1cWdH9sTtE2aGvLuKI'
export const EXAMPLE_LOCATION = `/v1/orders/${EXAMPLE_ORDER_ID}?receipt=${EXAMPLE_RECEIPT}`

const STATE = {
  id: EXAMPLE_ORDER_ID,
  status: 'confirmed',
  version: 1,
  reference: '536365',
  currency: 'GBP',
  total: '15.3000',
  lineCount: 1,
} as const
const TIMES = {
  acceptedAt: '2026-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:00.412Z',
}

export const orderExample: z.infer<typeof ShownOrder> = {
  ...STATE,
  lines: [{ sku: '85123A', quantity: 6, unitPrice: '2.5500', amount: '15.3000' }],
  customer: { id: '17850', email: 'customer-17850@shop.example', language: 'en' },
  shipTo: { country: 'GB' },
  ...TIMES,
  timeline: [
    {
      version: 0,
      status: 'accepted',
      actor: 'storefront',
      at: '2026-01-15T09:30:00.000Z',
      text: 'The order was accepted.',
    },
    {
      version: 1,
      status: 'confirmed',
      actor: 'storefront',
      at: '2026-01-15T09:30:00.412Z',
      text: 'The order was confirmed: every line is priced and its stock is taken.',
    },
  ],
}

export const summaryExample = {
  ...STATE,
  customerId: '17850',
  ...TIMES,
}
