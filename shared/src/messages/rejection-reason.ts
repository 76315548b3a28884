import { z } from 'zod'

/** Why an order was rejected: a closed set, shown by the API and mailed to the customer in words. */
export const RejectionReason = z.enum([
  'out_of_stock',
  'unknown_product',
  'price_changed',
  'currency_mismatch',
  'idempotency_key_reused',
  'unprocessable',
])
export type RejectionReason = z.infer<typeof RejectionReason>
