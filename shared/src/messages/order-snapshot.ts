import { z } from 'zod'
import { LIMITS } from '../limits.js'
import { Amount, Currency, Instant, Sku, text } from './fields.js'

/** A line as it was decided. Prices are missing where the order was rejected before they were known. */
export const SnapshotLine = z.object({
  sku: Sku,
  name: text(LIMITS.nameMax).optional(),
  quantity: z.int().min(1),
  unitPrice: Amount.optional(),
  amount: Amount.optional(),
})
export type SnapshotLine = z.infer<typeof SnapshotLine>

/**
 * What a notification needs to know of an order, so that the notifier reads no table of another service. Carries the
 * first 50 lines; `lineCount` says how many the order has. `version` orders the events of one order.
 */
export const OrderSnapshot = z.object({
  /** Missing, like `currency`, where the order could not be read (`unprocessable`). */
  reference: text(LIMITS.referenceMax).optional(),
  version: z.int().min(1),
  acceptedAt: Instant,
  currency: Currency.optional(),
  total: Amount.optional(),
  lineCount: z.int().min(0),
  lines: z.array(SnapshotLine).max(LIMITS.eventLinesMax),
  language: text(LIMITS.languageMax).optional(),
  /** Where to send the notification. Missing for guests, who get none. */
  email: text(LIMITS.emailMax).optional(),
  name: text(LIMITS.nameMax).optional(),
})
export type OrderSnapshot = z.infer<typeof OrderSnapshot>

export const orderSnapshotExample: OrderSnapshot = {
  reference: '536365',
  version: 1,
  acceptedAt: '2026-01-15T09:30:00.000Z',
  currency: 'GBP',
  total: '15.3000',
  lineCount: 1,
  lines: [
    {
      sku: '85123A',
      name: 'White hanging heart t-light holder',
      quantity: 6,
      unitPrice: '2.5500',
      amount: '15.3000',
    },
  ],
  language: 'en',
  email: 'customer-17850@shop.example',
}
