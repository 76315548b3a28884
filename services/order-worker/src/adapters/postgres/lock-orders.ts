import type pg from 'pg'
import type { Contact, DecidedLine, DecidedOrder, Order } from '../../domain/order.js'
import { plain, text } from './columns.js'
import type { Column } from './columns.js'
import { queryRows, together } from './statement.js'

/** An order as a command names it. Another account's order is never found. */
export interface OrderReference {
  readonly id: string
  readonly account: string
}

const REFERENCE: readonly Column<OrderReference>[] = [plain(({ id }) => id), text(({ account }) => account)]

const LOCK_ORDERS = {
  name: 'lock-orders',
  text: `
  select o.id, o.account_id, actor, status, version, reason, reference, currency, total::text, line_count, carrier,
         tracking_number, accepted_at
  from unnest($1::uuid[], $2::text[]) as wanted (id, account_id)
    join orders o on o.id = wanted.id and o.account_id is not distinct from wanted.account_id
  order by o.id
  for no key update of o`,
}

const READ_LINES = {
  name: 'read-lines',
  text: `
  select l.order_id, l.sku, p.name, l.quantity, l.unit_price::text, l.amount::text
  from unnest($1::uuid[], $2::text[]) as wanted (order_id, account_id)
    join orders o on o.id = wanted.order_id and o.account_id is not distinct from wanted.account_id
    join order_lines l on l.order_id = o.id
    left join products p on p.account_id = o.account_id and p.sku = l.sku
  order by l.order_id, l.line_no`,
}

const READ_CONTACTS = {
  name: 'read-contacts',
  text: `
  select c.order_id, c.email, c.name, c.language
  from unnest($1::uuid[], $2::text[]) as wanted (order_id, account_id)
    join orders o on o.id = wanted.order_id and o.account_id is not distinct from wanted.account_id
    join order_contacts c on c.order_id = o.id`,
}

type Nullable<Fields> = { [Name in keyof Fields]: string | null }

interface OrderRow extends Nullable<
  Record<'reason' | 'reference' | 'currency' | 'total' | 'carrier' | 'tracking_number', unknown>
> {
  id: string
  account_id: string
  actor: string
  status: Order['status']
  version: number
  line_count: number
  accepted_at: Date
}

interface LineRow extends Nullable<Record<'name' | 'unit_price' | 'amount', unknown>> {
  order_id: string
  sku: string
  quantity: number
}

interface ContactRow extends Nullable<Record<'email' | 'name' | 'language', unknown>> {
  order_id: string
}

/**
 * Locks orders in the order of their ids, as everybody does it, and reads them; those of `withLines` with lines and
 * contact. These are read by statements of their own after the lock: a statement that waits for a lock goes on seeing
 * other tables as they were before its wait.
 */
export async function lockOrders(
  client: pg.PoolClient,
  references: readonly OrderReference[],
  withLines: readonly OrderReference[],
): Promise<readonly Order[]> {
  const [orders, lines, contacts] = await together([
    queryRows<OrderReference, OrderRow>(client, LOCK_ORDERS, references, REFERENCE),
    withLines.length > 0 && queryRows<OrderReference, LineRow>(client, READ_LINES, withLines, REFERENCE),
    withLines.length > 0 &&
      queryRows<OrderReference, ContactRow>(client, READ_CONTACTS, withLines, REFERENCE),
  ])
  const linesOf = Map.groupBy(lines ? lines.rows : [], ({ order_id }) => order_id)
  const contactOf = new Map(contacts ? contacts.rows.map((row) => [row.order_id, row] as const) : [])
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
  const { reason, reference, currency, total, carrier, tracking_number: trackingNumber } = row
  // The checks of the table hold what the type says: a reason with every rejection and with nothing else.
  return {
    ...identity,
    version: row.version,
    status: row.status,
    ...present({ reason, reference, currency, total, carrier, trackingNumber }),
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
