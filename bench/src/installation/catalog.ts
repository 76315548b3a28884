import type { OrderDocument } from '@comanda/shared/messages'
import { query } from './database.js'
import type { BenchDatabase } from './database.js'
import { ACCOUNT } from './storefront.js'

/** More than any run can sell, so that every order is decided the long way: confirmed, stock taken. */
const STOCK = 1_000_000_000_000

const STORE_PRODUCTS = `
  insert into products (account_id, sku, name, price, currency, available, put_at)
  select $1, sku, 'Product ' || sku, 1, 'GBP', $3, now() from unnest($2::text[]) as sku
  on conflict (account_id, sku) do update set available = excluded.available`

/** Puts every product that the orders name on the shelf. */
export async function stockCatalog(database: BenchDatabase, orders: readonly OrderDocument[]): Promise<void> {
  const skus = new Set(orders.flatMap(({ lines }) => lines.map(({ sku }) => sku)))
  await query(database.url, STORE_PRODUCTS, [ACCOUNT, [...skus], STOCK])
}
