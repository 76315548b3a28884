import { LIMITS } from '@comanda/shared/limits'
import {
  Currency,
  Instant,
  OrderStatus,
  Sku,
  StockDelta,
  UnitPrice,
  Uuid,
  text,
} from '@comanda/shared/messages'
import { z } from 'zod'

export const OrderPath = z.strictObject({ id: Uuid })
export const ProductPath = z.strictObject({ sku: Sku })

/** Of any length: what is no receipt proves nothing and is told from a forged one by nothing. */
const receipt = z
  .string()
  .optional()
  .meta({
    param: { id: 'receipt' },
    description: 'From the answer that accepted the order; what proves nothing is as good as none.',
  })
export const ReceiptQuery = z.strictObject({ receipt })

/** Digits only: `Number` alone would also take `0x10`, `1e1` and blanks. */
const Limit = z
  .string()
  .refine((text) => /^[1-9]\d{0,2}$/.test(text), { error: 'must be a whole number' })
  .transform(Number)
  .refine((limit) => limit <= LIMITS.pageMax, { error: `must be at most ${LIMITS.pageMax}` })
  .default(50)
  .meta({ override: { type: 'integer', format: 'int32', minimum: 1, maximum: LIMITS.pageMax, default: 50 } })
const Cursor = z
  .string()
  .max(400)
  .regex(/^[A-Za-z0-9_-]+$/)
  .meta({ description: 'From `next` of the page before; means nothing else.' })

export const OrderListQuery = z.strictObject({
  limit: Limit,
  cursor: Cursor.optional(),
  status: OrderStatus.optional(),
  reference: text(LIMITS.referenceMax).optional(),
  customerId: text(LIMITS.customerIdMax).optional(),
  placedFrom: Instant.optional().meta({
    description: 'First `placedAt` (or time of acceptance, for orders without one) of the range.',
  }),
  placedTo: Instant.optional().meta({ description: 'Last one of the range.' }),
})

export const ProductListQuery = z.strictObject({ limit: Limit, cursor: Cursor.optional() })

export const CancelBody = z
  .strictObject({ reason: text(LIMITS.reasonMax).optional() })
  .meta({ id: 'CancelOrder' })
export const ShipBody = z
  .strictObject({ carrier: text(LIMITS.carrierMax), trackingNumber: text(LIMITS.trackingNumberMax) })
  .meta({ id: 'ShipOrder' })
export const DeliverBody = z.strictObject({}).meta({ id: 'DeliverOrder' })
export const ProductBody = z
  .strictObject({ name: text(LIMITS.nameMax).optional(), price: UnitPrice, currency: Currency })
  .meta({
    id: 'PutProduct',
  })
export const StockBody = z
  .strictObject({ delta: StockDelta, reason: text(LIMITS.reasonMax) })
  .meta({ id: 'AdjustStock' })

const KEY_DESCRIPTION =
  'Names this request: a retry with the same key has no further effect. 16 to 255 visible ASCII characters, bare or quoted.'
/** `parseIdempotencyKey` in one pattern: bare, or quoted with a backslash before the two characters that need it. */
const KEY_PATTERN = /^(?:[!#-~][!-~]{15,254}|"(?:[!#-[\]-~]|\\["\\]){16,255}")$/
const Key = z
  .string()
  .max(2 * LIMITS.idempotencyKeyMax + 2)
  .regex(KEY_PATTERN)
/** Like every header of which a caller may be unaware (RFC 7240, W3C Trace Context): what cannot be read is ignored. */
const traceparent = z
  .string()
  .optional()
  .meta({
    param: { id: 'traceparent' },
    description: 'W3C trace context; travels with the command.',
  })

export const RequiredKeyHeaders = z.object({
  'Idempotency-Key': Key.meta({ description: KEY_DESCRIPTION, examples: ['invoice-536365-first'] }),
  traceparent,
})
export const OptionalKeyHeaders = z.object({
  'Idempotency-Key': Key.optional().meta({ description: KEY_DESCRIPTION }),
  traceparent,
})
export const ConditionalHeaders = z.object({
  'If-None-Match': z
    .string()
    .optional()
    .meta({
      param: { id: 'IfNoneMatch' },
      description: 'Entity tags that the caller holds; where one still fits the answer is 304.',
      examples: ['"1"'],
    }),
  Prefer: z
    .string()
    .optional()
    .meta({
      param: { id: 'Prefer' },
      description: `\`wait=N\` (RFC 7240) with If-None-Match: waits up to N seconds, at most ${LIMITS.waitSecondsMax}, for a change.`,
      examples: ['wait=20'],
    }),
})
