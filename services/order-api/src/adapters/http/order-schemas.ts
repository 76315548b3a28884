import { LIMITS } from '@comanda/shared/limits'
import {
  Amount,
  Currency,
  Customer,
  Instant,
  Metadata,
  OrderStatus,
  RejectionReason,
  ShipTo,
  Sku,
  Uuid,
} from '@comanda/shared/messages'
import { z } from 'zod'

const OrderId = Uuid.meta({
  description: 'Made of the caller, the key and the order, so that a retry gets the same.',
  examples: ['3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f'],
})
const Version = z
  .int()
  .min(0)
  .meta({ description: 'Counts the steps of the order; the ETag.', examples: [1] })

export const AcceptedOrder = z
  .strictObject({ id: OrderId, status: z.literal('accepted') })
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
    quantity: z.int().min(1).max(LIMITS.quantityMax),
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
    reason: z.string().optional(),
    actor: z.string(),
    at: Instant,
    text: z.string().meta({ description: 'The step in plain words.' }),
  })
  .meta({ id: 'ShownStep' })

const summary = {
  id: OrderId,
  status: OrderStatus,
  version: Version,
  reason: RejectionReason.optional(),
  reference: z.string().optional(),
  currency: Currency.optional(),
  total: Amount.optional().meta({ description: 'Missing where it was never priced.', examples: ['15.3000'] }),
  lineCount: z.int().min(0),
  placedAt: Instant.optional(),
  acceptedAt: Instant,
  updatedAt: Instant,
}

export const ShownSummary = z
  .strictObject({ ...summary, customerId: z.string().optional() })
  .meta({ id: 'OrderSummary' })
export type ShownSummary = z.infer<typeof ShownSummary>

export const ShownOrder = z
  .strictObject({
    ...summary,
    lines: z.array(ShownLine),
    customer: Customer.optional(),
    shipTo: ShipTo.optional(),
    metadata: Metadata.optional(),
    carrier: z.string().optional(),
    trackingNumber: z.string().optional(),
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
    acceptedAt: Instant,
  })
  .meta({ id: 'UndecidedOrder' })
export type ShownAccepted = z.infer<typeof ShownAccepted>

export const ShownPage = z
  .strictObject({
    orders: z.array(ShownSummary),
    next: z.string().optional().meta({ description: 'Path and query of the next page.' }),
  })
  .meta({ id: 'OrderPage' })
