import type pg from 'pg'
import type { ChangeSet, StockMovement } from '../../domain/change-set.js'
import { plain, text } from './columns.js'
import { expectCount, queryRows, together, writeRows } from './statement.js'

const PUT_PRODUCTS = {
  name: 'put-products',
  text: `
  update products p
  set name = c.name, price = c.price, currency = c.currency, put_at = c.put_at
  from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::text[], $6::timestamptz[])
    as c (account_id, sku, name, price, currency, put_at)
  where p.account_id = c.account_id and p.sku = c.sku and p.put_at <= c.put_at`,
}

/** The rows are locked and the sums were decided on; the check of the column holds should both ever fail. */
const MOVE_STOCK = {
  name: 'move-stock',
  text: `
  update products p set available = p.available + c.change
  from unnest($1::text[], $2::text[], $3::bigint[]) as c (account_id, sku, change)
  where p.account_id = c.account_id and p.sku = c.sku`,
}

/** Rows name their command by its place in the first arrays. */
const INSERT_MOVEMENTS = {
  name: 'insert-movements',
  text: `
  insert into stock_movements (command_id, account_id, order_id, kind, sku, quantity, occurred_at)
  select ($1::uuid[])[c.command_no], ($2::text[])[c.command_no], ($3::uuid[])[c.command_no],
         ($4::text[])[c.command_no], c.sku, c.quantity, $8::timestamptz
  from unnest($5::int[], $6::text[], $7::bigint[]) as c (command_no, sku, quantity)`,
}

/** Writes what a change set does to the catalog: names and prices, stock, and the movements that explain the stock. */
export async function writeStock(client: pg.PoolClient, { puts, movements, at }: ChangeSet): Promise<void> {
  await together([
    writeRows(
      client,
      PUT_PRODUCTS,
      [...puts.values()],
      [
        text(({ account }) => account),
        text(({ product }) => product.sku),
        text(({ product }) => product.name),
        plain(({ product }) => product.price),
        plain(({ product }) => product.currency),
        plain(({ product }) => new Date(product.putAtMs).toISOString()),
      ],
    ),
    writeRows(client, MOVE_STOCK, sumsOf(movements), [
      text(({ account }) => account),
      text(({ sku }) => sku),
      plain(({ change }) => change),
    ]),
    insertMovements(client, movements, at),
  ])
}

function sumsOf(movements: readonly StockMovement[]) {
  const sums = new Map<string, Map<string, number>>()
  for (const { account, changes } of movements) {
    let ofAccount = sums.get(account)
    if (ofAccount === undefined) sums.set(account, (ofAccount = new Map<string, number>()))
    for (const { sku, quantity } of changes) ofAccount.set(sku, (ofAccount.get(sku) ?? 0) + quantity)
  }
  return [...sums].flatMap(([account, ofAccount]) =>
    [...ofAccount].map(([sku, change]) => ({ account, sku, change })),
  )
}

async function insertMovements(
  client: pg.PoolClient,
  movements: readonly StockMovement[],
  at: string,
): Promise<void> {
  const rows = movements.flatMap(({ changes }, command) =>
    changes.map(({ sku, quantity }) => ({ command: command + 1, sku, quantity })),
  )
  if (rows.length === 0) return
  const { rowCount } = await queryRows(
    client,
    INSERT_MOVEMENTS,
    rows,
    [
      () => plain<StockMovement>(({ commandId }) => commandId)(movements),
      () => text<StockMovement>(({ account }) => account)(movements),
      () => plain<StockMovement>(({ orderId }) => orderId)(movements),
      () => plain<StockMovement>(({ kind }) => kind)(movements),
      plain(({ command }) => command),
      text(({ sku }) => sku),
      plain(({ quantity }) => quantity),
    ],
    at,
  )
  expectCount(INSERT_MOVEMENTS, rowCount, rows.length)
}
