import type pg from 'pg'
import type { Instruction } from '../../domain/instruction.js'
import type { Contact, DecidedLine, DecidedOrder, Order } from '../../domain/order.js'
import { orderSlotKey } from '../../domain/world.js'

/** Rows in the order of their ids are locked in the same order by everybody: no deadlock. */
const INSERT_STUBS = `
  insert into orders (id, account_id, actor, status, version, accepted_at, reference, currency, line_count, customer_id,
                      idempotency_key, fingerprint, metadata, placed_at)
  select id, account_id, actor, 'accepted', 0, accepted_at, reference, currency, line_count, customer_id,
         idempotency_key, fingerprint, metadata, placed_at
  from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::int[], $8::text[],
              $9::text[], $10::text[], $11::jsonb[], $12::timestamptz[])
    as stub (id, account_id, actor, accepted_at, reference, currency, line_count, customer_id, idempotency_key,
             fingerprint, metadata, placed_at)
  on conflict (id) do nothing
  returning id`

const LOCK_ORDERS = `
  select id, account_id, actor, status, version, reason, reference, currency, total::text, line_count, carrier,
         tracking_number, accepted_at
  from orders
  where (id, account_id) in (select * from unnest($1::uuid[], $2::text[]))
  order by id
  for no key update`

/**
 * Lines and contacts are read by statements of their own, after the lock: a statement that waits for a lock still sees
 * other tables as they were before the wait.
 */
const READ_LINES = `
  select l.order_id, l.sku, p.name, l.quantity, l.unit_price::text, l.amount::text
  from unnest($1::uuid[], $2::text[]) as wanted (order_id, account_id)
    join orders o on o.id = wanted.order_id and o.account_id = wanted.account_id
    join order_lines l on l.order_id = o.id
    left join products p on p.account_id = o.account_id and p.sku = l.sku
  order by l.order_id, l.line_no`

const READ_CONTACTS = `
  select c.order_id, c.email, c.name, c.language
  from unnest($1::uuid[], $2::text[]) as wanted (order_id, account_id)
    join orders o on o.id = wanted.order_id and o.account_id = wanted.account_id
    join order_contacts c on c.order_id = o.id`

interface OrderRow {
  id: string
  account_id: string
  actor: string
  status: Order['status']
  version: number
  reason: string | null
  reference: string | null
  currency: string | null
  total: string | null
  line_count: number
  carrier: string | null
  tracking_number: string | null
  accepted_at: Date
}

interface LineRow {
  order_id: string
  sku: string
  name: string | null
  quantity: number
  unit_price: string | null
  amount: string | null
}

interface ContactRow {
  order_id: string
  email: string | null
  name: string | null
  language: string | null
}

/**
 * Takes hold of every order that the batch names until the transaction ends. Free places are filled with stubs, so that
 * whoever comes with the same order waits; what was there is locked and read.
 */
export async function holdOrders(
  client: pg.PoolClient,
  batch: readonly Instruction[],
): Promise<Map<string, Order | 'vacant'>> {
  const orders = new Map<string, Order | 'vacant'>()
  for (const stub of await insertStubs(client, batch))
    orders.set(orderSlotKey(stub.command.account, stub.command.subject), 'vacant')
  const stored = new Map<string, Reference>()
  const withLines = new Map<string, Reference>()
  for (const { command } of batch) {
    if (command.type === 'comanda.product.put.v1' || command.type === 'comanda.stock.adjust.v1') continue
    const key = orderSlotKey(command.account, command.subject)
    if (orders.has(key)) continue
    const reference = { id: command.subject, account: command.account }
    stored.set(key, reference)
    if (command.type !== 'comanda.order.place.v1' && command.type !== 'unreadable')
      withLines.set(key, reference)
  }
  if (stored.size > 0)
    for (const order of await lockStored(client, stored, withLines))
      orders.set(orderSlotKey(order.account, order.id), order)
  return orders
}

interface Reference {
  readonly id: string
  readonly account: string
}

async function insertStubs(client: pg.PoolClient, batch: readonly Instruction[]): Promise<Instruction[]> {
  const stubs = new Map<string, Instruction>()
  for (const instruction of batch) {
    const { type, subject } = instruction.command
    if (type === 'comanda.order.place.v1' || type === 'unreadable') {
      if (stubs.get(subject)?.command.type !== 'comanda.order.place.v1') stubs.set(subject, instruction)
    } else if (type === 'comanda.order.cancel.v1' && !stubs.has(subject)) {
      stubs.set(subject, instruction)
    }
  }
  if (stubs.size === 0) return []
  const sorted = [...stubs.values()].sort((one, other) =>
    one.command.subject < other.command.subject ? -1 : 1,
  )
  const places = sorted.map(({ command }) =>
    command.type === 'comanda.order.place.v1' ? command.data : undefined,
  )
  const { rows } = await client.query<{ id: string }>({
    name: 'insert-stubs',
    text: INSERT_STUBS,
    values: [
      sorted.map(({ command }) => command.subject),
      sorted.map(({ command }) => command.account),
      sorted.map(({ command }) => command.actor),
      sorted.map(({ command }) => instant(command.time)),
      places.map((place) => place?.order.reference),
      places.map((place) => place?.order.currency),
      places.map((place) => place?.order.lines.length ?? 0),
      places.map((place) => place?.order.customer?.id),
      places.map((place) => place?.key),
      places.map((place) => place?.fingerprint),
      places.map((place) => place?.order.metadata && JSON.stringify(place.order.metadata)),
      places.map((place) => place?.order.placedAt && instant(place.order.placedAt)),
    ],
  })
  return rows.map(({ id }) => stubs.get(id)!)
}

async function lockStored(
  client: pg.PoolClient,
  stored: ReadonlyMap<string, Reference>,
  withLines: ReadonlyMap<string, Reference>,
): Promise<Order[]> {
  const pairs = (references: ReadonlyMap<string, Reference>) => {
    const list = [...references.values()]
    return [list.map(({ id }) => id), list.map(({ account }) => account)]
  }
  const none = { rows: [] }
  const [orders, lines, contacts] = await Promise.all([
    client.query<OrderRow>({ name: 'lock-orders', text: LOCK_ORDERS, values: pairs(stored) }),
    withLines.size === 0
      ? none
      : client.query<LineRow>({ name: 'read-lines', text: READ_LINES, values: pairs(withLines) }),
    withLines.size === 0
      ? none
      : client.query<ContactRow>({ name: 'read-contacts', text: READ_CONTACTS, values: pairs(withLines) }),
  ])
  const linesOf = Map.groupBy(lines.rows as LineRow[], ({ order_id }) => order_id)
  const contactOf = new Map((contacts.rows as ContactRow[]).map((row) => [row.order_id, row]))
  return orders.rows.map((row) => orderOf(row, linesOf.get(row.id) ?? [], contactOf.get(row.id)))
}

function orderOf(row: OrderRow, lines: readonly LineRow[], contact: ContactRow | undefined): Order {
  const identity = {
    id: row.id,
    account: row.account_id,
    actor: row.actor,
    acceptedAt: row.accepted_at.toISOString(),
  }
  if (row.status === 'accepted') return { ...identity, status: 'accepted', version: 0 }
  // The checks of the table hold what the type says: a reason with every rejection, tracking with every shipment.
  return {
    ...identity,
    version: row.version,
    status: row.status,
    ...present({ reason: row.reason, reference: row.reference, currency: row.currency, total: row.total }),
    ...present({ carrier: row.carrier, trackingNumber: row.tracking_number }),
    lineCount: row.line_count,
    lines: lines.map(lineOf),
    contact: contact === undefined ? {} : contactOfRow(contact),
  } as DecidedOrder
}

function lineOf({ sku, quantity, name, unit_price, amount }: LineRow): DecidedLine {
  return { sku, quantity, ...present({ name, unitPrice: unit_price, amount }) }
}

function contactOfRow({ email, name, language }: ContactRow): Contact {
  return present({ email, name, language })
}

/** Leaves out what the database has no value for. */
function present<Fields extends Record<string, string | null>>(
  fields: Fields,
): { [Name in keyof Fields]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [Name in keyof Fields]?: string
  }
}

/** Milliseconds in UTC: what the domain compares and what the table keeps are the same. */
export function instant(time: string): string {
  return new Date(time).toISOString()
}
