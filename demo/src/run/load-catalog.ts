import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ComandaClient } from '@comanda/client'
import type { PlannedProduct } from '../retail/stock-plan.js'
import type { Database } from './database.js'
import { inParallel } from './in-parallel.js'

const CONNECTIONS = 32
const DEADLINE_MS = 120_000

/** Products whose opening stock has not arrived. */
const MISSING_STOCK = `
  select count(*)::int as missing from unnest($2::text[], $3::bigint[]) as planned (sku, stock)
    left join (select sku, sum(quantity) as brought from stock_movements
      where account_id = $1 and kind = 'adjusted' group by sku) m on m.sku = planned.sku
  where planned.stock > coalesce(m.brought, 0)`

/** Products that are not there yet. */
const MISSING_PRODUCTS = `
  select count(*)::int as missing from unnest($2::text[]) as planned (sku)
  where not exists (select from products p where p.account_id = $1 and p.sku = planned.sku)`

/** Where the catalog goes. `stop` makes the load reject. */
export interface Shop {
  readonly api: ComandaClient
  readonly database: Database
  readonly account: string
  readonly stop: AbortSignal
}

/**
 * Puts the products and their stock through the API and waits until all of it is there. Keys say what is brought, so a
 * second start with a kept folder brings nothing twice and overwrites nothing that the user has changed.
 */
export async function loadCatalog(shop: Shop, products: readonly PlannedProduct[]): Promise<void> {
  const { api, stop } = shop
  await inParallel(CONNECTIONS, products, stop, async ({ sku, name, price }) => {
    const product = { ...(name === undefined ? {} : { name }), price, currency: 'GBP' }
    await api.putProduct(sku, product, { idempotencyKey: keyOf(productPath(sku), product), signal: stop })
  })
  await untilNone(shop, MISSING_PRODUCTS, [products.map(({ sku }) => sku)])

  // Stock that overtakes its product would be tried again after a pause; so the products come first.
  const stocked = products.filter(({ stock }) => stock > 0)
  await inParallel(CONNECTIONS, stocked, stop, async ({ sku, stock }) => {
    const change = { delta: stock, reason: 'opening stock' }
    const idempotencyKey = keyOf(`${productPath(sku)}/stock`, change)
    await api.adjustStock(sku, change, { idempotencyKey, signal: stop })
  })
  await untilNone(shop, MISSING_STOCK, [stocked.map(({ sku }) => sku), stocked.map(({ stock }) => stock)])
}

function keyOf(path: string, body: object): string {
  const contents = createHash('sha256')
    .update(JSON.stringify([path, body]))
    .digest('hex')
  return `demo-${contents}`
}

async function untilNone(shop: Shop, statement: string, values: readonly unknown[]): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  for (;;) {
    shop.stop.throwIfAborted()
    const [row] = await shop.database.query<{ missing: number }>(statement, [shop.account, ...values])
    if (row?.missing === 0) return
    if (performance.now() > deadline) throw new Error('The catalog did not arrive within two minutes.')
    await delay(50, undefined, { signal: shop.stop })
  }
}

function productPath(sku: string): string {
  return `/v1/products/${encodeURIComponent(sku)}`
}
