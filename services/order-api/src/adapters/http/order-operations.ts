import { OrderDocument, placeOrderExample } from '@comanda/shared/messages'
import { z } from 'zod'
import { AcceptedCommand, AcceptedOrder, ShownAccepted, ShownOrder, ShownPage } from './order-schemas.js'
import {
  CancelBody,
  ConditionalHeaders,
  DeliverBody,
  OptionalKeyHeaders,
  OrderListQuery,
  OrderPath,
  ReceiptQuery,
  RequiredKeyHeaders,
  ShipBody,
} from './request-schemas.js'
import type { Operation } from './operation.js'

const ORDER_ID = '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f'
const RECEIPT = 'v1.mkf1o2q8.4oZ8pV2rBqk3nQnF7m0bJ6Y5x1cWdH9sTtE2aGvLuKI'

const location = z
  .string()
  .max(300)
  .meta({
    format: 'uri-reference',
    description: 'Where to follow the order; its receipt proves the order until it has a row.',
    examples: [`/v1/orders/${ORDER_ID}?receipt=${RECEIPT}`],
  })
const retryAfter = z
  .string()
  .max(10)
  .regex(/^\d+$/)
  .meta({ description: 'Seconds until it is worth asking again.', examples: ['1'] })
const etag = z
  .string()
  .max(20)
  .regex(/^"\d+(?:-delayed)?"$/)
  .meta({ description: 'The version, quoted; opaque.', examples: ['"1"'] })
const preferenceApplied = z
  .string()
  .max(10)
  .regex(/^wait=\d+$/)
  .optional()
  .meta({ examples: ['wait=20'] })

/** The order of the answer; the receipt proves it where it has no row yet. */
const PLACED_ORDER = { id: '$response.body#/id', receipt: '$response.body#/receipt' }
/** The order of the request. */
const SAME_ORDER = { id: '$request.path.id' }
const showOrderLink = {
  operationId: 'showOrder',
  description: 'The order and what became of the command.',
  parameters: SAME_ORDER,
}

const orderExample: z.infer<typeof ShownOrder> = {
  id: ORDER_ID,
  status: 'confirmed',
  version: 1,
  reference: '536365',
  currency: 'GBP',
  total: '15.3000',
  lineCount: 1,
  lines: [{ sku: '85123A', quantity: 6, unitPrice: '2.5500', amount: '15.3000' }],
  customer: { id: '17850', email: 'customer-17850@shop.example', language: 'en' },
  shipTo: { country: 'GB' },
  acceptedAt: '2026-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:00.412Z',
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
const summaryExample = {
  id: ORDER_ID,
  status: 'confirmed',
  version: 1,
  reference: '536365',
  currency: 'GBP',
  total: '15.3000',
  lineCount: 1,
  customerId: '17850',
  acceptedAt: '2026-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:00.412Z',
}

export const placeOrderOperation = {
  id: 'placeOrder',
  method: 'post',
  path: '/v1/orders',
  scopes: ['orders:write', 'orders:write.own'],
  tag: 'orders',
  summary: 'Place an order',
  description:
    'Answers 202 only after the queue has confirmed the order: from then on it reaches a final state that GET shows. ' +
    'Stock and prices are decided later. The same key and order, sent again, get the same id and have no further effect. ' +
    'A caller with `orders:price` states the unit prices, which then stand; without it a stated price must equal the catalog’s.',
  headers: RequiredKeyHeaders,
  body: { schema: OrderDocument, example: placeOrderExample.data.order, invalid: 'invalid_order' },
  responses: {
    '202': {
      description: 'The order is accepted and durable.',
      schema: AcceptedOrder,
      example: { id: ORDER_ID, status: 'accepted', receipt: RECEIPT },
      headers: z.object({
        Location: location,
        'Idempotency-Replayed': z
          .literal('true')
          .optional()
          .meta({ description: 'The same order was stored before this request.' }),
      }),
      links: {
        showOrder: {
          operationId: 'showOrder',
          description: 'The order and what became of it.',
          parameters: PLACED_ORDER,
        },
        cancelOrder: {
          operationId: 'cancelOrder',
          description: 'Calls the order off, also before it is decided.',
          parameters: PLACED_ORDER,
        },
      },
    },
  },
  errors: ['idempotency_key_missing', 'idempotency_key_reused', 'overloaded', 'queue_unavailable'],
} as const satisfies Operation

export const showOrderOperation = {
  id: 'showOrder',
  method: 'get',
  path: '/v1/orders/{id}',
  scopes: ['orders:read', 'orders:read.own'],
  tag: 'orders',
  summary: 'Show an order',
  description:
    'The state of an order, with its lines, amounts and timeline. An order that is accepted and not decided yet is ' +
    'shown with a valid receipt. While the store cannot be read the answer is 503, whose body says with a valid receipt ' +
    'that the order was accepted (`accepted`, `acceptedAt`): a state is never guessed.',
  params: OrderPath,
  query: ReceiptQuery,
  headers: ConditionalHeaders,
  responses: {
    '200': {
      description: 'The order, or what is known of it yet.',
      schema: z.union([ShownOrder, ShownAccepted]),
      example: orderExample,
      headers: z.object({
        ETag: etag,
        'Retry-After': retryAfter.optional(),
        'Preference-Applied': preferenceApplied,
      }),
      links: {
        cancelOrder: {
          operationId: 'cancelOrder',
          description: 'Calls the order off.',
          parameters: SAME_ORDER,
        },
        shipOrder: {
          operationId: 'shipOrder',
          description: 'Possible for an order that is `confirmed`.',
          parameters: SAME_ORDER,
        },
        deliverOrder: {
          operationId: 'deliverOrder',
          description: 'Possible for an order that is `shipped`.',
          parameters: SAME_ORDER,
        },
      },
    },
    '304': {
      description: 'Nothing has changed.',
      headers: z.object({ ETag: etag, 'Preference-Applied': preferenceApplied }),
    },
  },
  errors: ['malformed', 'not_found', 'orders_unavailable', 'receipt_unverifiable'],
} as const satisfies Operation

export const listOrdersOperation = {
  id: 'listOrders',
  method: 'get',
  path: '/v1/orders',
  scopes: ['orders:read', 'orders:read.own'],
  tag: 'orders',
  summary: 'List orders',
  description:
    'Newest first: by acceptance, or by business time where the query names one. Orders that are accepted and not decided yet are not listed.',
  query: OrderListQuery,
  responses: {
    '200': {
      description: 'A page of orders.',
      schema: ShownPage,
      example: {
        orders: [summaryExample],
        next: '/v1/orders?limit=1&cursor=WyIyMDI2LTAxLTE1VDA5OjMwOjAwLjAwMDAwMFoi',
      },
      headers: z.object({
        Link: z
          .string()
          .max(2_100)
          .optional()
          .meta({
            description: 'The next page (RFC 8288).',
            examples: ['</v1/orders?limit=1&cursor=WyIyMDI2>; rel="next"'],
          }),
      }),
    },
  },
  errors: ['malformed', 'orders_unavailable'],
} as const satisfies Operation

const commandAccepted = {
  '202': {
    description: 'The command is accepted and durable; what became of it stands in the timeline.',
    schema: AcceptedCommand,
    example: { commandId: '5d0c6f7e-1f2a-8b3c-8d4e-5f6071829304', status: 'accepted' },
    headers: z.object({ Location: location }),
    links: { showOrder: showOrderLink },
  },
} as const

const COMMAND_ERRORS = [
  'not_found',
  'order_state_forbids',
  'overloaded',
  'queue_unavailable',
  'orders_unavailable',
] as const

export const cancelOrderOperation = {
  id: 'cancelOrder',
  method: 'post',
  path: '/v1/orders/{id}/cancel',
  scopes: ['orders:write', 'orders:write.own'],
  tag: 'orders',
  summary: 'Cancel an order',
  description:
    'Possible until the order is shipped, also before it is decided: then the receipt proves that there is one.',
  params: OrderPath,
  query: ReceiptQuery,
  headers: OptionalKeyHeaders,
  body: {
    schema: CancelBody,
    example: { reason: 'ordered twice' },
    invalid: 'invalid_command',
    optional: true,
  },
  responses: commandAccepted,
  errors: [...COMMAND_ERRORS, 'receipt_unverifiable'],
} as const satisfies Operation

export const shipOrderOperation = {
  id: 'shipOrder',
  method: 'post',
  path: '/v1/orders/{id}/ship',
  scopes: ['orders:fulfil'],
  tag: 'orders',
  summary: 'Mark an order as shipped',
  description: 'Possible for an order that is `confirmed`.',
  params: OrderPath,
  headers: OptionalKeyHeaders,
  body: {
    schema: ShipBody,
    example: { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' },
    invalid: 'invalid_command',
  },
  responses: commandAccepted,
  errors: COMMAND_ERRORS,
} as const satisfies Operation

export const deliverOrderOperation = {
  id: 'deliverOrder',
  method: 'post',
  path: '/v1/orders/{id}/deliver',
  scopes: ['orders:fulfil'],
  tag: 'orders',
  summary: 'Mark an order as delivered',
  description: 'Possible for an order that is `shipped`.',
  params: OrderPath,
  headers: OptionalKeyHeaders,
  body: { schema: DeliverBody, example: {}, invalid: 'invalid_command', optional: true },
  responses: commandAccepted,
  errors: COMMAND_ERRORS,
} as const satisfies Operation
