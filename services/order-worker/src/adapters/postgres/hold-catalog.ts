import type pg from 'pg'
import type { PlaceOrder, PutProduct } from '@comanda/shared/messages'
import type { Instruction } from '../../domain/instruction.js'
import type { Order } from '../../domain/order.js'
import type { Product } from '../../domain/product.js'
import { keyOwnerKey, orderSlotKey, setProduct } from '../../domain/world.js'
import type { World } from '../../domain/world.js'

/** The first commit wins: a later one waits here for it, and then finds its key taken. */
const INSERT_KEYS = `
  insert into idempotency_keys (account_id, actor, key, order_id)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[])
  on conflict (account_id, actor, key) do nothing`

const READ_KEY_OWNERS = `
  select account_id, actor, key, order_id from idempotency_keys
  where (account_id, actor, key) in (select * from unnest($1::text[], $2::text[], $3::text[]))`

/** A product that was never put: older than every put, so the put that is decided next fills it. */
const INSERT_PRODUCT_STUBS = `
  insert into products (account_id, sku, price, currency, available, put_at)
  select account_id, sku, 0, currency, 0, 'epoch'
  from unnest($1::text[], $2::text[], $3::text[]) as stub (account_id, sku, currency)
  on conflict (account_id, sku) do nothing`

/** One order of locking for everybody, whatever the order of the lines: no deadlock. */
const LOCK_PRODUCTS = `
  select account_id, sku, name, price::text, currency, available, put_at
  from products
  where (account_id, sku) in (select * from unnest($1::text[], $2::text[]))
  order by account_id, sku
  for no key update`

/** Asked after the locks: who holds a command's order or product is the only one who can decide it. */
const READ_KNOWN = `select command_id from commands where command_id = any($1::uuid[])`

interface ProductRow {
  account_id: string
  sku: string
  name: string | null
  price: string
  currency: string
  available: string
  put_at: Date
}

interface KeyRow {
  account_id: string
  actor: string
  key: string
  order_id: string
}

/** Takes hold of the keys and products that the batch needs, given its orders, in one round trip; returns the whole world. */
export async function holdCatalog(
  client: pg.PoolClient,
  batch: readonly Instruction[],
  orders: Map<string, Order | 'vacant'>,
): Promise<World> {
  const undecided = placesToDecide(batch, orders)
  const skus = wantedSkus(batch, orders, undecided)
  const others = batch.filter(
    ({ command: { type } }) => type !== 'comanda.order.place.v1' && type !== 'unreadable',
  )
  const [owners, , products, known] = await Promise.all([
    claimKeys(client, undecided),
    insertProductStubs(client, batch),
    lockProducts(client, skus),
    readKnown(client, others),
  ])
  const world: World = { orders, products: new Map(), keyOwners: owners, known }
  for (const [account, product] of products) setProduct(world, account, product)
  return world
}

function placesToDecide(batch: readonly Instruction[], orders: Map<string, Order | 'vacant'>): PlaceOrder[] {
  return batch.flatMap(({ command }) => {
    if (command.type !== 'comanda.order.place.v1') return []
    const slot = orders.get(orderSlotKey(command.account, command.subject))
    return slot === 'vacant' || slot?.status === 'accepted' ? [command] : []
  })
}

function wantedSkus(
  batch: readonly Instruction[],
  orders: Map<string, Order | 'vacant'>,
  places: readonly PlaceOrder[],
): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>()
  const add = (account: string, lines: readonly { readonly sku: string }[]) => {
    let skus = wanted.get(account)
    if (skus === undefined) wanted.set(account, (skus = new Set()))
    for (const { sku } of lines) skus.add(sku)
  }
  for (const { account, data } of places) add(account, data.order.lines)
  for (const { command } of batch) {
    const { account, subject } = command
    if (command.type === 'comanda.product.put.v1' || command.type === 'comanda.stock.adjust.v1') {
      add(account, [{ sku: subject }])
    } else if (command.type === 'comanda.order.cancel.v1') {
      const slot = orders.get(orderSlotKey(account, subject))
      if (typeof slot === 'object' && slot.status !== 'accepted') add(account, slot.lines)
    }
  }
  return wanted
}

async function claimKeys(
  client: pg.PoolClient,
  places: readonly PlaceOrder[],
): Promise<ReadonlyMap<string, string>> {
  if (places.length === 0) return new Map()
  const claims = places
    .map(({ account, actor, data: { key }, subject }) => ({
      account,
      actor,
      key,
      subject,
      sort: keyOwnerKey(account, actor, key),
    }))
    // Stable: of two orders with one key in one batch, the first that came wins.
    .sort((one, other) => (one.sort < other.sort ? -1 : one.sort > other.sort ? 1 : 0))
  const columns = [
    claims.map(({ account }) => account),
    claims.map(({ actor }) => actor),
    claims.map(({ key }) => key),
  ]
  const [, { rows }] = await Promise.all([
    client.query({
      name: 'insert-keys',
      text: INSERT_KEYS,
      values: [...columns, claims.map(({ subject }) => subject)],
    }),
    client.query<KeyRow>({ name: 'read-key-owners', text: READ_KEY_OWNERS, values: columns }),
  ])
  return new Map(
    rows.map(({ account_id, actor, key, order_id }) => [keyOwnerKey(account_id, actor, key), order_id]),
  )
}

async function insertProductStubs(client: pg.PoolClient, batch: readonly Instruction[]): Promise<void> {
  const puts = new Map<string, PutProduct>()
  for (const { command } of batch)
    if (command.type === 'comanda.product.put.v1')
      puts.set(JSON.stringify([command.account, command.subject]), command)
  if (puts.size === 0) return
  const sorted = [...puts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, put]) => put)
  await client.query({
    name: 'insert-product-stubs',
    text: INSERT_PRODUCT_STUBS,
    values: [
      sorted.map(({ account }) => account),
      sorted.map(({ subject }) => subject),
      sorted.map(({ data }) => data.currency),
    ],
  })
}

async function lockProducts(
  client: pg.PoolClient,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<(readonly [string, Product])[]> {
  const pairs = [...wanted].flatMap(([account, skus]) => [...skus].map((sku) => [account, sku] as const))
  if (pairs.length === 0) return []
  const { rows } = await client.query<ProductRow>({
    name: 'lock-products',
    text: LOCK_PRODUCTS,
    values: [pairs.map(([account]) => account), pairs.map(([, sku]) => sku)],
  })
  return rows.map((row) => [row.account_id, productOf(row)] as const)
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

async function readKnown(client: pg.PoolClient, batch: readonly Instruction[]): Promise<Set<string>> {
  if (batch.length === 0) return new Set()
  const { rows } = await client.query<{ command_id: string }>({
    name: 'read-known',
    text: READ_KNOWN,
    values: [batch.map(({ command }) => command.id)],
  })
  return new Set(rows.map(({ command_id }) => command_id))
}
