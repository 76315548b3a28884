import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { PlannedProduct } from '../retail/stock-plan.js'
import type { Database } from './database.js'
import { inParallel } from './in-parallel.js'
import type { Storefront } from './storefront.js'

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

/**
 * Puts the products and their stock through the API and waits until all of it is there. Keys say what they bring, so a
 * second start with a kept folder brings nothing twice.
 */
export async function loadCatalog(
  api: Storefront,
  database: Database,
  account: string,
  products: readonly PlannedProduct[],
): Promise<void> {
  await inParallel(CONNECTIONS, products, async ({ sku, name, price }) => {
    await accepted(api, 'PUT', productPath(sku), {
      body: { ...(name === undefined ? {} : { name }), price, currency: 'GBP' },
    })
  })
  const skus = products.map(({ sku }) => sku)
  await untilNone(database, MISSING_PRODUCTS, [account, skus])

  // Stock that overtakes its product would be tried again after a pause; so the products come first.
  const stocked = products.filter(({ stock }) => stock > 0)
  await inParallel(CONNECTIONS, stocked, async ({ sku, stock }) => {
    const brings = createHash('sha256')
      .update(JSON.stringify([sku, stock]))
      .digest('hex')
    await accepted(api, 'POST', `${productPath(sku)}/stock`, {
      key: `demo-stock-${brings.slice(0, 40)}`,
      body: { delta: stock, reason: 'opening stock' },
    })
  })
  await untilNone(database, MISSING_STOCK, [
    account,
    stocked.map(({ sku }) => sku),
    stocked.map(({ stock }) => stock),
  ])
}

async function untilNone(database: Database, statement: string, values: readonly unknown[]): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  for (;;) {
    const [row] = await database.query<{ missing: number }>(statement, values)
    if (row?.missing === 0) return
    if (performance.now() > deadline) throw new Error('the catalog did not arrive within two minutes')
    await delay(50)
  }
}

async function accepted(
  api: Storefront,
  method: 'PUT' | 'POST',
  path: string,
  options: Parameters<Storefront['send']>[2],
): Promise<void> {
  const answer = await api.send(method, path, options)
  if (answer?.status !== 202)
    throw new Error(`${method} ${path} was answered ${answer?.status ?? 'with nothing'}`)
}

function productPath(sku: string): string {
  return `/v1/products/${encodeURIComponent(sku)}`
}
