import type { components, operations } from './generated/api.js'

type Schemas = components['schemas']

/** An order as it is sent. */
export type OrderDocument = Schemas['OrderDocument']
/** An order as the API stores it, with lines, amounts and timeline. */
export type Order = Schemas['Order']
/** An order that has its 202 and is not decided yet; `delayed` after 15 minutes. */
export type UndecidedOrder = Schemas['UndecidedOrder']
export type ShownOrder = Order | UndecidedOrder
export type OrderSummary = Schemas['OrderSummary']
export type OrderPage = Schemas['OrderPage']
export type OrderStatus = Order['status']
/** An order past `accepted`: the worker has confirmed, rejected or cancelled it, or it is further on its way. */
export type DecidedOrder = Order & { readonly status: Exclude<OrderStatus, 'accepted'> }
export type Shipment = Schemas['ShipOrder']
/** A write that is in the queue; its effect follows. */
export type AcceptedCommand = Schemas['AcceptedCommand']
export type Product = Schemas['Product']
export type ProductPage = Schemas['ProductPage']
/** What a product is sold for. */
export type ProductOnSale = Schemas['PutProduct']
/** A difference to the stock on hand, and why. */
export type StockChange = Schemas['AdjustStock']
/** Which orders to list; `limit` is the size of a page, at most 100. */
export type OrderFilter = Omit<NonNullable<operations['listOrders']['parameters']['query']>, 'cursor'>
