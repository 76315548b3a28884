import pg from 'pg'
import type { OwnedOrder } from '../src/adapters/memory/order-reader.js'
import type { OwnedProduct } from '../src/adapters/memory/product-reader.js'

/** Writes rows as order-worker would, as the superuser of a test database. */
export async function seed(
  url: string,
  { orders = [], products = [] }: { orders?: readonly OwnedOrder[]; products?: readonly OwnedProduct[] },
): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const owned of orders) await insertOrder(client, owned)
    for (const { account, product } of products)
      await client.query(
        'insert into products (account_id, sku, name, price, currency, available, put_at) values ($1, $2, $3, $4, $5, $6, now())',
        [account, product.sku, product.name ?? null, product.price, product.currency, product.available],
      )
  } finally {
    await client.end()
  }
}

async function insertOrder(client: pg.Client, { account, order }: OwnedOrder): Promise<void> {
  await client.query(
    `insert into orders (id, account_id, actor, status, version, reason, reference, currency, total, line_count,
       customer_id, metadata, carrier, tracking_number, placed_at, accepted_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      order.id,
      account,
      order.actor,
      order.status,
      order.version,
      order.reason ?? null,
      order.reference ?? null,
      order.currency ?? null,
      order.total ?? null,
      order.lineCount,
      order.customerId ?? null,
      order.metadata ?? null,
      order.carrier ?? null,
      order.trackingNumber ?? null,
      order.placedAt ?? null,
      order.acceptedAt,
      order.updatedAt,
    ],
  )
  const { email = null, name = null, language = null } = order.customer ?? {}
  await client.query(
    'insert into order_contacts (order_id, email, name, language, ship_to) values ($1, $2, $3, $4, $5)',
    [order.id, email, name, language, order.shipTo ?? null],
  )
  for (const [index, line] of order.lines.entries())
    await client.query(
      'insert into order_lines (order_id, line_no, sku, quantity, unit_price, amount) values ($1, $2, $3, $4, $5, $6)',
      [order.id, index + 1, line.sku, line.quantity, line.unitPrice ?? null, line.amount ?? null],
    )
  for (const step of order.timeline)
    await client.query(
      `insert into order_timeline (order_id, version, status, refused, reason, actor, command_id, occurred_at)
       values ($1, $2, $3, $4, $5, $6, gen_random_uuid(), $7)`,
      [order.id, step.version, step.status, step.refused ?? null, step.reason ?? null, step.actor, step.at],
    )
}

/** Stores who owns a key, as order-worker does with the order. */
export async function seedKey(
  url: string,
  key: { account: string; actor: string; key: string; orderId: string },
): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(
      'insert into idempotency_keys (account_id, actor, key, order_id) values ($1, $2, $3, $4)',
      [key.account, key.actor, key.key, key.orderId],
    )
  } finally {
    await client.end()
  }
}
