import { z } from 'zod'
import type { Operation } from './operation.js'
import { location } from './order-answer-headers.js'
import { AcceptedCommand } from './order-schemas.js'
import {
  CancelBody,
  DeliverBody,
  OptionalKeyHeaders,
  OrderPath,
  ReceiptQuery,
  ShipBody,
} from './request-schemas.js'

const commandAccepted = {
  '202': {
    description: 'The command is accepted and durable; what became of it stands in the timeline.',
    schema: AcceptedCommand,
    example: { commandId: '5d0c6f7e-1f2a-8b3c-8d4e-5f6071829304', status: 'accepted' },
    headers: z.object({ Location: location }),
    links: {
      showOrder: {
        operationId: 'showOrder',
        description: 'The order and what became of the command.',
        parameters: { id: '$request.path.id' },
      },
    },
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
