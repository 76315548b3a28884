import type pg from 'pg'
import type { PutProduct } from '@comanda/shared/messages'
import type { Product } from '../../domain/product.js'
import { plain, text } from './columns.js'
import type { Column } from './columns.js'
import { queryRows } from './statement.js'

/** A product as a command or a line names it. */
export interface ProductReference {
  readonly account: string
  readonly sku: string
}

const REFERENCE: readonly Column<ProductReference>[] = [
  text(({ account }) => account),
  text(({ sku }) => sku),
]

/** Older than every put, so the one that is decided next fills it. */
const INSERT_STUBS = {
  name: 'insert-product-stubs',
  text: `
  insert into products (account_id, sku, currency, price, available, put_at)
  select stub.*, 0, 0, 'epoch'
  from unnest($1::text[], $2::text[], $3::text[]) as stub (account_id, sku, currency)
  on conflict (account_id, sku) do nothing`,
}

const LOCK_PRODUCTS = {
  name: 'lock-products',
  text: `
  select account_id, sku, name, price::text, currency, available, put_at
  from products
  where (account_id, sku) in (select * from unnest($1::text[], $2::text[]))
  order by account_id, sku
  for no key update`,
}

interface ProductRow {
  account_id: string
  sku: string
  name: string | null
  price: string
  currency: string
  available: string
  put_at: Date
}

/** Makes room for products that are put for the first time, in the order of their keys, as everybody does it. */
export async function insertProductStubs(client: pg.PoolClient, puts: readonly PutProduct[]): Promise<void> {
  const stubs = new Map(puts.map((put) => [JSON.stringify([put.account, put.subject]), put]))
  if (stubs.size === 0) return
  const sorted = [...stubs].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, put]) => put)
  await queryRows(client, INSERT_STUBS, sorted, [
    text(({ account }) => account),
    text(({ subject }) => subject),
    plain(({ data }) => data.currency),
  ])
}

/** Locks products by account and SKU, whatever the order of the lines: with one order for everybody nobody deadlocks. */
export async function lockProducts(
  client: pg.PoolClient,
  references: readonly ProductReference[],
): Promise<readonly { readonly account: string; readonly product: Product }[]> {
  if (references.length === 0) return []
  const { rows } = await queryRows<ProductReference, ProductRow>(client, LOCK_PRODUCTS, references, REFERENCE)
  return rows.map((row) => ({ account: row.account_id, product: productOf(row) }))
}

function productOf({ sku, name, price, currency, available, put_at }: ProductRow): Product {
  return {
    sku,
    ...(name === null ? {} : { name }),
    price,
    currency,
    // At most LIMITS.stockMax and what cancels give back: far inside the safe integers.
    available: Number(available),
    putAtMs: put_at.getTime(),
  }
}
