import type { Order, OrderSlot } from './order.js'
import type { Catalog, Product } from './product.js'

/**
 * What a batch is decided in: the orders, keys and products that its commands name, held by one transaction. Read as
 * it stood before the batch; decisions change it, so that each command sees what those before it did.
 */
export interface World {
  /** Orders by `orderSlotKey`; `vacant` where this transaction holds a free place. Lines only where a command may need them. */
  readonly orders: Map<string, Order | 'vacant'>
  /** The catalog by account, then SKU. */
  readonly products: Map<string, Map<string, Product>>
  /** Order ids by `keyOwnerKey`. */
  readonly keyOwners: ReadonlyMap<string, string>
  /** Ids of commands whose outcome stands. */
  readonly known: Set<string>
}

const NO_PRODUCTS: Catalog = new Map()

/** An order id is of fixed length, so the two parts cannot run into each other. */
export function orderSlotKey(account: string, id: string): string {
  return `${id}${account}`
}

/** JSON frames the parts: no two owners can meet. */
export function keyOwnerKey(account: string, actor: string, key: string): string {
  return JSON.stringify([account, actor, key])
}

export function slotOf(world: World, account: string, id: string): OrderSlot {
  return world.orders.get(orderSlotKey(account, id))
}

export function catalogOf(world: World, account: string): Catalog {
  return world.products.get(account) ?? NO_PRODUCTS
}

export function setProduct(world: World, account: string, product: Product): void {
  let catalog = world.products.get(account)
  if (catalog === undefined) world.products.set(account, (catalog = new Map<string, Product>()))
  catalog.set(product.sku, product)
}
