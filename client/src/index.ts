export { createComandaClient } from './comanda-client.js'
export type { ComandaClient, ComandaClientOptions } from './comanda-client.js'
export type { Attempt } from './send.js'
export { ComandaError } from './comanda-error.js'
export type { ComandaErrorCode, ProblemCode, Violation } from './comanda-error.js'
export type { CallOptions, Fetch, Retries, WriteOptions } from './options.js'
export type { Token } from './token.js'
export type { Decision, PlacedOrder } from './await-decision.js'
export type {
  AcceptedCommand,
  DecidedOrder,
  Order,
  OrderDocument,
  OrderFilter,
  OrderPage,
  OrderStatus,
  OrderSummary,
  Product,
  ProductOnSale,
  ProductPage,
  Shipment,
  ShownOrder,
  StockChange,
  UndecidedOrder,
} from './types.js'
