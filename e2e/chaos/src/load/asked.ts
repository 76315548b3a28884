import { expectedCommandId, expectedOrderId, sha256Json } from '../checker/identity.js'
import { contentHash, contentOfSent, pricesHash } from '../checker/order-content.js'
import type { LoadCaller } from './load-settings.js'
import type { OrderToSend } from './orders.js'
import type { Asked } from './shopfront.js'

/** What an attempt to place an order says of itself in the history. */
export function placeAsked(caller: LoadCaller, key: string, order: OrderToSend): Asked {
  const fingerprint = sha256Json(order)
  const prices = order.lines.flatMap(({ unitPrice }) => unitPrice ?? [])
  return {
    f: 'place',
    id: expectedOrderId(caller, key, fingerprint),
    key,
    fingerprint,
    content: contentHash(contentOfSent(order)),
    ...(prices.length === order.lines.length ? { prices: pricesHash(prices) } : {}),
    ...(order.customer?.email === undefined ? {} : { email: order.customer.email }),
  }
}

/** What a change of stock says of itself. */
export function adjustAsked(caller: LoadCaller, sku: string, delta: number, key: string): Asked {
  return {
    f: 'adjust',
    cmd: expectedCommandId('comanda.stock.adjust.v1', caller, sku, key),
    sku,
    delta,
    key,
  }
}

/** What a put of a product says of itself. */
export function putAsked(caller: LoadCaller, sku: string, key: string): Asked {
  return { f: 'put', cmd: expectedCommandId('comanda.product.put.v1', caller, sku, key), sku, key }
}
