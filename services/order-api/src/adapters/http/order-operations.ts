import { OrderDocument, placeOrderExample } from '@comanda/shared/messages'
import { z } from 'zod'
import type { Operation } from './operation.js'
import { etag, location, preferenceApplied, retryAfter } from './order-answer-headers.js'
import { EXAMPLE_ORDER_ID, EXAMPLE_RECEIPT, orderExample, summaryExample } from './order-examples.js'
import { AcceptedOrder, ShownAccepted, ShownOrder, ShownPage } from './order-schemas.js'
import {
  ConditionalHeaders,
  OrderListQuery,
  OrderPath,
  ReceiptQuery,
  RequiredKeyHeaders,
} from './request-schemas.js'

/** The order of the answer; the receipt proves it where it has no row yet. */
const PLACED_ORDER = { id: '$response.body#/id', receipt: '$response.body#/receipt' }
/** The order of the request. */
const SAME_ORDER = { id: '$request.path.id' }

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
      example: { id: EXAMPLE_ORDER_ID, status: 'accepted', receipt: EXAMPLE_RECEIPT },
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
