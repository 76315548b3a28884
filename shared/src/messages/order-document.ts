import { z } from 'zod'
import { LIMITS } from '../limits.js'
import { Country, Currency, Email, Instant, Quantity, Sku, UnitPrice, text } from './fields.js'

/** Who the order is for. Optional as a whole: guests order too. All of it is personal data. */
export const Customer = z
  .strictObject({
    id: text(LIMITS.customerIdMax).optional(),
    email: Email.optional(),
    name: text(LIMITS.nameMax).optional(),
    language: z
      .string()
      .max(LIMITS.languageMax)
      .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, 'must be a BCP 47 language tag, like "en" or "es-MX"')
      .optional(),
  })
  .meta({ id: 'Customer' })
export type Customer = z.infer<typeof Customer>

export const ShipTo = z
  .strictObject({
    name: text(LIMITS.addressPartMax).optional(),
    line1: text(LIMITS.addressPartMax).optional(),
    line2: text(LIMITS.addressPartMax).optional(),
    city: text(LIMITS.addressPartMax).optional(),
    region: text(LIMITS.addressPartMax).optional(),
    postalCode: text(LIMITS.addressPartMax).optional(),
    country: Country,
  })
  .meta({ id: 'ShipTo' })
export type ShipTo = z.infer<typeof ShipTo>

export const OrderLine = z
  .strictObject({ sku: Sku, quantity: Quantity, unitPrice: UnitPrice.optional() })
  .meta({ id: 'OrderLine' })
export type OrderLine = z.infer<typeof OrderLine>

export const Metadata = z
  .record(text(LIMITS.metadataKeyMax), text(LIMITS.metadataValueMax, 0))
  .refine((pairs) => Object.keys(pairs).length <= LIMITS.metadataPairs, {
    error: `must have at most ${LIMITS.metadataPairs} pairs`,
  })
  .meta({ maxProperties: LIMITS.metadataPairs })
export type Metadata = z.infer<typeof Metadata>

/** An order as a client sends it. The same SKU may stand on several lines. */
export const OrderDocument = z
  .strictObject({
    reference: text(LIMITS.referenceMax).meta({
      description: "The client's own order number.",
      example: '536365',
    }),
    currency: Currency,
    customer: Customer.optional(),
    shipTo: ShipTo.optional(),
    lines: z.array(OrderLine).min(1).max(LIMITS.linesMax),
    placedAt: Instant.optional().meta({
      description: 'When the customer ordered, where that differs from now.',
    }),
    metadata: Metadata.optional(),
  })
  .meta({ id: 'OrderDocument' })
export type OrderDocument = z.infer<typeof OrderDocument>
