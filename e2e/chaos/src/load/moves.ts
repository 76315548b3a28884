import { expectedCommandId } from '../checker/identity.js'
import { gotCommand } from './answers.js'
import { adjustAsked, putAsked } from './asked.js'
import type { BookedOrder } from './book.js'
import { CANARY } from './load-settings.js'
import type { LoadCaller } from './load-settings.js'
import type { Asked, Shopfront } from './shopfront.js'

const MOVES = {
  cancel: ({ location }: BookedOrder) => ({ path: location.replace('?', '/cancel?'), body: undefined }),
  ship: ({ id }: BookedOrder) => ({
    path: `/v1/orders/${id}/ship`,
    body: { carrier: 'DHL', trackingNumber: `${CANARY}-${id.slice(0, 8)}` },
  }),
  deliver: ({ id }: BookedOrder) => ({ path: `/v1/orders/${id}/deliver`, body: undefined }),
} as const

/** Cancels, ships or delivers an order. */
export function move(
  shopfront: Shopfront,
  order: BookedOrder,
  caller: LoadCaller,
  name: keyof typeof MOVES,
  more: Partial<Asked> = {},
) {
  const { path, body } = MOVES[name](order)
  const cmd = expectedCommandId(`comanda.order.${name}.v1`, caller, order.id, null)
  return shopfront.ask(
    caller,
    { f: name, id: order.id, cmd, ...more },
    { method: 'POST', path, ...(body === undefined ? {} : { body }) },
    gotCommand,
  )
}

/** Puts a product into the catalog, under a key. */
export function putProduct(
  shopfront: Shopfront,
  caller: LoadCaller,
  { sku, price }: { readonly sku: string; readonly price: string },
  key: string,
) {
  return shopfront.ask(
    caller,
    putAsked(caller, sku, key),
    {
      method: 'PUT',
      path: `/v1/products/${sku}`,
      key,
      body: { name: `Product ${sku}`, price, currency: 'GBP' },
    },
    gotCommand,
  )
}

/** Changes the stock of a product by a delta, under a key. */
export function adjustStock(
  shopfront: Shopfront,
  caller: LoadCaller,
  sku: string,
  delta: number,
  key: string,
) {
  return shopfront.ask(
    caller,
    adjustAsked(caller, sku, delta, key),
    { method: 'POST', path: `/v1/products/${sku}/stock`, key, body: { delta, reason: 'counted' } },
    gotCommand,
  )
}
