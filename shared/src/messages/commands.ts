import { AdjustStock } from './adjust-stock.js'
import { CancelOrder } from './cancel-order.js'
import { DeliverOrder } from './deliver-order.js'
import { PlaceOrder } from './place-order.js'
import { PutProduct } from './put-product.js'
import { ShipOrder } from './ship-order.js'

/** The commands on the orders queue, by CloudEvents type: every write is one of these. */
export const COMMAND_SCHEMAS = {
  'comanda.order.place.v1': PlaceOrder,
  'comanda.order.cancel.v1': CancelOrder,
  'comanda.order.ship.v1': ShipOrder,
  'comanda.order.deliver.v1': DeliverOrder,
  'comanda.product.put.v1': PutProduct,
  'comanda.stock.adjust.v1': AdjustStock,
} as const

export type Command = PlaceOrder | CancelOrder | ShipOrder | DeliverOrder | PutProduct | AdjustStock
