import { LIMITS } from '@comanda/shared/limits'
import {
  Amount,
  Currency,
  Customer,
  Metadata,
  OrderStatus,
  Quantity,
  RejectionReason,
  ShipTo,
  Sku,
  Uuid,
  text,
} from '@comanda/shared/messages'
import { z } from 'zod'

const OrderId = Uuid.meta({
  description: 'Made of the caller, the key and the order, so that a retry gets the same.',
  examples: ['3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f'],
})
const Version = z
  .int()
  .min(0)
  .meta({ format: 'int32', description: 'Counts the steps of the order; the ETag.', examples: [1] })

/** UTC; one that was sent near the ends of its range may lie a day outside of it. */
const ShownInstant = z.iso
  .datetime()
  .max(40)
  .meta({ description: 'RFC 3339, in UTC.', examples: ['2026-01-15T09:30:00.000Z'] })

export const AcceptedOrder = z
  .strictObject({
    id: OrderId,
    status: z.literal('accepted'),
    receipt: z
      .string()
      .max(100)
      .regex(/^[\w.-]+$/)
      .meta({ description: 'Proves the order until it has a row: give it to GET and to cancel.' }),
  })
  .meta({ id: 'AcceptedOrder' })

export const AcceptedCommand = z
  .strictObject({
    commandId: Uuid.meta({ description: 'Stays the same over retries.' }),
    status: z.literal('accepted'),
  })
  .meta({ id: 'AcceptedCommand' })

export const ShownLine = z
  .strictObject({
    sku: Sku,
    quantity: Quantity,
    unitPrice: Amount.optional(),
    amount: Amount.optional(),
  })
  .meta({ id: 'ShownLine' })

export const ShownStep = z
  .strictObject({
    version: Version,
    status: OrderStatus,
    refused: z
      .enum(['cancel', 'ship', 'deliver'])
      .optional()
      .meta({ description: 'What was asked for and refused; the status stayed as it was.' }),
    reason: text(LIMITS.reasonMax).optional(),
    actor: text(LIMITS.actorMax).meta({ description: 'Who asked for the step.' }),
    at: ShownInstant,
    text: text(400).meta({ description: 'The step in plain words.' }),
  })
  .meta({ id: 'ShownStep' })

const summary = {
  id: OrderId,
  status: OrderStatus,
  version: Version,
  reason: RejectionReason.optional(),
  reference: text(LIMITS.referenceMax).optional(),
  currency: Currency.optional(),
  total: Amount.optional().meta({ description: 'Missing where it was never priced.', examples: ['15.3000'] }),
  lineCount: z.int().min(0).max(LIMITS.linesMax).meta({ format: 'int32' }),
  placedAt: ShownInstant.optional(),
  acceptedAt: ShownInstant,
  updatedAt: ShownInstant,
}

export const ShownSummary = z
  .strictObject({ ...summary, customerId: text(LIMITS.customerIdMax).optional() })
  .meta({ id: 'OrderSummary' })
export type ShownSummary = z.infer<typeof ShownSummary>

export const ShownOrder = z
  .strictObject({
    ...summary,
    lines: z.array(ShownLine).max(LIMITS.linesMax),
    customer: Customer.optional(),
    shipTo: ShipTo.optional(),
    metadata: Metadata.optional(),
    carrier: text(LIMITS.carrierMax).optional(),
    trackingNumber: text(LIMITS.trackingNumberMax).optional(),
    timeline: z.array(ShownStep).meta({ description: 'Oldest step first.' }),
  })
  .meta({ id: 'Order' })
export type ShownOrder = z.infer<typeof ShownOrder>

export const ShownAccepted = z
  .strictObject({
    id: OrderId,
    status: z
      .enum(['accepted', 'delayed'])
      .meta({ description: '`delayed`: accepted more than 15 minutes ago and not decided yet.' }),
    version: z.literal(0),
    acceptedAt: ShownInstant,
  })
  .meta({ id: 'UndecidedOrder' })
export type ShownAccepted = z.infer<typeof ShownAccepted>

export const ShownPage = z
  .strictObject({
    orders: z.array(ShownSummary).max(LIMITS.pageMax),
    next: z.string().max(2_000).optional().meta({ description: 'Path and query of the next page.' }),
  })
  .meta({ id: 'OrderPage' })
