import type pg from 'pg'
import type { ChangeSet, PlacedOrder } from '../../domain/change-set.js'
import type { Order } from '../../domain/order.js'
import { json, plain, text } from './columns.js'
import { DOCUMENT_COLUMNS, DOCUMENT_TYPES, DOCUMENT_VALUES } from './order-document.js'
import { expectCount, queryRows, together, writeRows } from './statement.js'

/** The place brings what the tombstone of its cancel could not know. */
const FILL_TOMBSTONES = {
  name: 'fill-tombstones',
  text: `
  update orders o
  set actor = c.actor, accepted_at = c.accepted_at, reference = c.reference, currency = c.currency,
      line_count = c.line_count, customer_id = c.customer_id, idempotency_key = c.idempotency_key,
      fingerprint = c.fingerprint, metadata = c.metadata, placed_at = c.placed_at
  from unnest(${DOCUMENT_TYPES}) as c (${DOCUMENT_COLUMNS})
  where o.id = c.id and (o.account_id, o.status) is not distinct from (c.account_id, 'accepted')`,
}

/**
 * Every move names the state that it starts from: what was decided on is what is changed. `is not distinct from`, here
 * and wherever an order is named by its id, is an equality that no index answers: with a plain one the planner may take
 * the index of lists, and read every order of the account for each.
 */
const MOVE_ORDERS = {
  name: 'move-orders',
  text: `
  update orders o
  set status = c.status, version = c.version, reason = c.reason, total = c.total, carrier = c.carrier,
      tracking_number = c.tracking_number, decided_at = coalesce(o.decided_at, $11::timestamptz),
      updated_at = $11::timestamptz
  from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[], $7::text[], $8::numeric[],
              $9::text[], $10::text[])
    as c (id, account_id, from_status, from_version, status, version, reason, total, carrier, tracking_number)
  where o.id = c.id
    and (o.account_id, o.status, o.version) is not distinct from (c.account_id, c.from_status, c.from_version)`,
}

/** Lines name their order by its place in the first array: a UUID on every line would double what is sent. */
const INSERT_LINES = {
  name: 'insert-lines',
  text: `
  insert into order_lines (order_id, line_no, sku, quantity, unit_price, amount)
  select ($1::uuid[])[c.order_no], c.line_no, c.sku, c.quantity, c.unit_price, c.amount
  from unnest($2::int[], $3::int[], $4::text[], $5::int[], $6::numeric[], $7::numeric[])
    as c (order_no, line_no, sku, quantity, unit_price, amount)`,
}

const INSERT_CONTACTS = {
  name: 'insert-contacts',
  text: `
  insert into order_contacts (order_id, email, name, language, ship_to)
  select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[])`,
}

/** Writes the orders of a change set, and the lines and contacts of those that were placed. */
export async function writeOrders(client: pg.PoolClient, { orders, placed, at }: ChangeSet): Promise<void> {
  await together([
    writeRows(
      client,
      FILL_TOMBSTONES,
      placed.filter(({ fillsTombstone }) => fillsTombstone).map(({ command }) => command),
      DOCUMENT_VALUES,
    ),
    moveOrders(client, [...orders.values()], at),
    insertLines(client, placed),
    insertContacts(client, placed),
  ])
}

interface OrderChange {
  readonly before: Order | 'vacant'
  readonly after: Order
}

function moveOrders(client: pg.PoolClient, changed: readonly OrderChange[], at: string): Promise<void> {
  return writeRows(
    client,
    MOVE_ORDERS,
    // A tombstone stands already: it is the stub that took the free place.
    changed.filter(({ after }) => after.status !== 'accepted'),
    [
      plain(({ after }) => after.id),
      text(({ after }) => after.account),
      plain(({ before }) => (before === 'vacant' ? 'accepted' : before.status)),
      plain(({ before }) => (before === 'vacant' ? 0 : before.version)),
      plain(({ after }) => after.status),
      plain(({ after }) => after.version),
      plain(({ after }) => ('reason' in after ? after.reason : undefined)),
      plain(({ after }) => ('total' in after ? after.total : undefined)),
      text(({ after }) => ('carrier' in after ? after.carrier : undefined)),
      text(({ after }) => ('trackingNumber' in after ? after.trackingNumber : undefined)),
    ],
    at,
  )
}

async function insertLines(client: pg.PoolClient, placed: readonly PlacedOrder[]): Promise<void> {
  const rows = placed.flatMap(({ lines }, order) =>
    lines.map((line, index) => ({ order: order + 1, number: index + 1, line })),
  )
  if (rows.length === 0) return
  const ids = plain<PlacedOrder>(({ command }) => command.subject)(placed)
  const { rowCount } = await queryRows(client, INSERT_LINES, rows, [
    () => ids,
    plain(({ order }) => order),
    plain(({ number }) => number),
    text(({ line }) => line.sku),
    plain(({ line }) => line.quantity),
    plain(({ line }) => line.unitPrice),
    plain(({ line }) => line.amount),
  ])
  expectCount(INSERT_LINES, rowCount, rows.length)
}

function insertContacts(client: pg.PoolClient, placed: readonly PlacedOrder[]): Promise<void> {
  const contacts = placed.map(({ command }) => {
    const { customer, shipTo } = command.data.order
    return { orderId: command.subject, customer, shipTo }
  })
  return writeRows(
    client,
    INSERT_CONTACTS,
    contacts.filter(
      ({ customer, shipTo }) => customer?.email ?? customer?.name ?? customer?.language ?? shipTo,
    ),
    [
      plain(({ orderId }) => orderId),
      text(({ customer }) => customer?.email),
      text(({ customer }) => customer?.name),
      text(({ customer }) => customer?.language),
      json(({ shipTo }) => shipTo),
    ],
  )
}
