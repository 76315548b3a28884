import { OrderCancelled } from './order-cancelled.js'
import { OrderConfirmed } from './order-confirmed.js'
import { OrderDelivered } from './order-delivered.js'
import { OrderRejected } from './order-rejected.js'
import { OrderShipped } from './order-shipped.js'

/** The events on the order-events queue, by CloudEvents type. */
export const EVENT_SCHEMAS = {
  'comanda.order.confirmed.v1': OrderConfirmed,
  'comanda.order.rejected.v1': OrderRejected,
  'comanda.order.cancelled.v1': OrderCancelled,
  'comanda.order.shipped.v1': OrderShipped,
  'comanda.order.delivered.v1': OrderDelivered,
} as const

export type OrderEvent = OrderConfirmed | OrderRejected | OrderCancelled | OrderShipped | OrderDelivered
