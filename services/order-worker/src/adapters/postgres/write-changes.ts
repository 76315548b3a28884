import type pg from 'pg'
import { callerGroup } from '@comanda/shared/identity'
import { asciiJson } from '@comanda/shared/messages'
import type { ChangeSet, NewEvent, PlacedOrder } from '../../domain/change-set.js'
import type { Order } from '../../domain/order.js'
import type { OutboxEvent } from '../../domain/ports.js'
import { instant } from './hold-orders.js'
import { affecting } from './transaction.js'

/** The place brings what the tombstone of its cancel could not know. */
const FILL_TOMBSTONES = `
  update orders o
  set actor = c.actor, accepted_at = c.accepted_at, reference = c.reference, currency = c.currency,
      line_count = c.line_count, customer_id = c.customer_id, idempotency_key = c.idempotency_key,
      fingerprint = c.fingerprint, metadata = c.metadata, placed_at = c.placed_at
  from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::int[], $8::text[],
              $9::text[], $10::text[], $11::jsonb[], $12::timestamptz[])
    as c (id, account_id, actor, accepted_at, reference, currency, line_count, customer_id, idempotency_key,
          fingerprint, metadata, placed_at)
  where o.id = c.id and o.account_id = c.account_id and o.status = 'accepted'`

/** Every move names the state that it starts from: what was decided on is what is changed. */
const MOVE_ORDERS = `
  update orders o
  set status = c.status, version = c.version, reason = c.reason, total = c.total, carrier = c.carrier,
      tracking_number = c.tracking_number, decided_at = coalesce(o.decided_at, $11::timestamptz),
      updated_at = $11::timestamptz
  from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[], $7::text[], $8::numeric[],
              $9::text[], $10::text[])
    as c (id, account_id, from_status, from_version, status, version, reason, total, carrier, tracking_number)
  where o.id = c.id and o.account_id = c.account_id and o.status = c.from_status and o.version = c.from_version`

const INSERT_LINES = `
  insert into order_lines (order_id, line_no, sku, quantity, unit_price, amount)
  select * from unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::numeric[], $6::numeric[])`

const INSERT_CONTACTS = `
  insert into order_contacts (order_id, email, name, language, ship_to)
  select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[])`

const PUT_PRODUCTS = `
  update products p
  set name = c.name, price = c.price, currency = c.currency, put_at = c.put_at
  from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::text[], $6::timestamptz[])
    as c (account_id, sku, name, price, currency, put_at)
  where p.account_id = c.account_id and p.sku = c.sku and p.put_at <= c.put_at`

/** The rows are locked and the sums were decided on; the check of the column holds should both ever fail. */
const MOVE_STOCK = `
  update products p set available = p.available + c.change
  from unnest($1::text[], $2::text[], $3::bigint[]) as c (account_id, sku, change)
  where p.account_id = c.account_id and p.sku = c.sku`

const INSERT_MOVEMENTS = `
  insert into stock_movements (command_id, account_id, sku, order_id, kind, quantity, occurred_at)
  select command_id, account_id, sku, order_id, kind, quantity, $7::timestamptz
  from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::bigint[])
    as c (command_id, account_id, sku, order_id, kind, quantity)`

const INSERT_TIMELINE = `
  insert into order_timeline (order_id, version, status, refused, reason, actor, command_id, occurred_at)
  select order_id, version, status, refused, reason, actor, command_id, $8::timestamptz
  from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[])
    as c (order_id, version, status, refused, reason, actor, command_id)`

/** Sorted by id, and a conflict is an error: the same command is never carried out twice. */
const INSERT_COMMANDS = `
  insert into commands (command_id, account_id, actor, type, target, outcome, reason, decided_at)
  select command_id, account_id, actor, type, target, outcome, reason, $8::timestamptz
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    as c (command_id, account_id, actor, type, target, outcome, reason)
  on conflict (command_id) do nothing`

const INSERT_OUTBOX = `
  insert into outbox (event_id, order_id, message_group, trace_parent, body)
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])`

/**
 * Writes a change set: one multi-row statement a table, all of them in one round trip. Each must affect exactly the rows
 * that were decided; anything else throws, and the transaction is rolled back. Returns the events as they stand in the
 * outbox.
 */
export async function writeChanges(
  client: pg.PoolClient,
  changes: ChangeSet,
): Promise<readonly OutboxEvent[]> {
  const events = outboxEventsOf(changes.events)
  await Promise.all([
    fillTombstones(client, changes),
    moveOrders(client, changes),
    insertLines(client, changes),
    insertContacts(client, changes),
    putProducts(client, changes),
    moveStock(client, changes),
    insertMovements(client, changes),
    insertTimeline(client, changes),
    insertCommands(client, changes),
    insertOutbox(client, events),
  ])
  return events
}

/** Runs one statement over rows turned into columns; nothing to write costs nothing. */
async function write<Row>(
  client: pg.PoolClient,
  statement: { readonly name: string; readonly text: string },
  rows: readonly Row[],
  columns: readonly ((row: Row) => unknown)[],
  ...rest: readonly unknown[]
): Promise<void> {
  if (rows.length === 0) return
  const values = [...columns.map((column) => rows.map(column)), ...rest]
  await affecting(rows.length, client.query({ ...statement, values }))
}

function fillTombstones(client: pg.PoolClient, { placed }: ChangeSet): Promise<void> {
  const filled = placed.filter(({ fillsTombstone }) => fillsTombstone).map(({ command }) => command)
  return write(client, { name: 'fill-tombstones', text: FILL_TOMBSTONES }, filled, [
    ({ subject }) => subject,
    ({ account }) => account,
    ({ actor }) => actor,
    ({ time }) => instant(time),
    ({ data }) => data.order.reference,
    ({ data }) => data.order.currency,
    ({ data }) => data.order.lines.length,
    ({ data }) => data.order.customer?.id,
    ({ data }) => data.key,
    ({ data }) => data.fingerprint,
    ({ data }) => data.order.metadata && JSON.stringify(data.order.metadata),
    ({ data }) => data.order.placedAt && instant(data.order.placedAt),
  ])
}

interface OrderChange {
  readonly before: Order | 'vacant'
  readonly after: Order
}

function moveOrders(client: pg.PoolClient, { orders, at }: ChangeSet): Promise<void> {
  // A tombstone stands already: it is the stub that held the place.
  const moved = [...orders.values()].filter(({ after }) => after.status !== 'accepted')
  return write<OrderChange>(
    client,
    { name: 'move-orders', text: MOVE_ORDERS },
    moved,
    [
      ({ after }) => after.id,
      ({ after }) => after.account,
      ({ before }) => (before === 'vacant' ? 'accepted' : before.status),
      ({ before }) => (before === 'vacant' ? 0 : before.version),
      ({ after }) => after.status,
      ({ after }) => after.version,
      ({ after }) => (after.status === 'rejected' ? after.reason : undefined),
      ({ after }) => (after.status === 'accepted' ? undefined : after.total),
      ({ after }) => ('carrier' in after ? after.carrier : undefined),
      ({ after }) => ('trackingNumber' in after ? after.trackingNumber : undefined),
    ],
    at,
  )
}

function insertLines(client: pg.PoolClient, { placed }: ChangeSet): Promise<void> {
  const rows = placed.flatMap(({ command, lines }) =>
    lines.map((line, index) => ({ orderId: command.subject, number: index + 1, line })),
  )
  return write(client, { name: 'insert-lines', text: INSERT_LINES }, rows, [
    ({ orderId }) => orderId,
    ({ number }) => number,
    ({ line }) => line.sku,
    ({ line }) => line.quantity,
    ({ line }) => line.unitPrice,
    ({ line }) => line.amount,
  ])
}

function insertContacts(client: pg.PoolClient, { placed }: ChangeSet): Promise<void> {
  const rows = placed.map(({ command }: PlacedOrder) => ({
    orderId: command.subject,
    customer: command.data.order.customer,
    shipTo: command.data.order.shipTo,
  }))
  const known = rows.filter(
    ({ customer, shipTo }) =>
      shipTo !== undefined ||
      customer?.email !== undefined ||
      customer?.name !== undefined ||
      customer?.language,
  )
  return write(client, { name: 'insert-contacts', text: INSERT_CONTACTS }, known, [
    ({ orderId }) => orderId,
    ({ customer }) => customer?.email,
    ({ customer }) => customer?.name,
    ({ customer }) => customer?.language,
    ({ shipTo }) => shipTo && JSON.stringify(shipTo),
  ])
}

function putProducts(client: pg.PoolClient, { puts }: ChangeSet): Promise<void> {
  return write(
    client,
    { name: 'put-products', text: PUT_PRODUCTS },
    [...puts.values()],
    [
      ({ account }) => account,
      ({ product }) => product.sku,
      ({ product }) => product.name,
      ({ product }) => product.price,
      ({ product }) => product.currency,
      ({ product }) => new Date(product.putAtMs).toISOString(),
    ],
  )
}

function moveStock(client: pg.PoolClient, { movements }: ChangeSet): Promise<void> {
  const sums = new Map<string, Map<string, number>>()
  for (const { account, sku, quantity } of movements) {
    let ofAccount = sums.get(account)
    if (ofAccount === undefined) sums.set(account, (ofAccount = new Map<string, number>()))
    ofAccount.set(sku, (ofAccount.get(sku) ?? 0) + quantity)
  }
  const rows = [...sums].flatMap(([account, ofAccount]) =>
    [...ofAccount].map(([sku, change]) => ({ account, sku, change })),
  )
  return write(client, { name: 'move-stock', text: MOVE_STOCK }, rows, [
    ({ account }) => account,
    ({ sku }) => sku,
    ({ change }) => change,
  ])
}

function insertMovements(client: pg.PoolClient, { movements, at }: ChangeSet): Promise<void> {
  return write(
    client,
    { name: 'insert-movements', text: INSERT_MOVEMENTS },
    movements,
    [
      ({ commandId }) => commandId,
      ({ account }) => account,
      ({ sku }) => sku,
      ({ orderId }) => orderId,
      ({ kind }) => kind,
      ({ quantity }) => quantity,
    ],
    at,
  )
}

function insertTimeline(client: pg.PoolClient, { timeline, at }: ChangeSet): Promise<void> {
  return write(
    client,
    { name: 'insert-timeline', text: INSERT_TIMELINE },
    timeline,
    [
      ({ orderId }) => orderId,
      ({ version }) => version,
      ({ status }) => status,
      ({ refused }) => refused,
      ({ reason }) => reason,
      ({ actor }) => actor,
      ({ commandId }) => commandId,
    ],
    at,
  )
}

function insertCommands(client: pg.PoolClient, { outcomes, at }: ChangeSet): Promise<void> {
  const sorted = outcomes.toSorted((one, other) => (one.commandId < other.commandId ? -1 : 1))
  return write(
    client,
    { name: 'insert-commands', text: INSERT_COMMANDS },
    sorted,
    [
      ({ commandId }) => commandId,
      ({ account }) => account,
      ({ actor }) => actor,
      ({ type }) => type,
      ({ target }) => target,
      ({ outcome }) => outcome,
      ({ reason }) => reason,
    ],
    at,
  )
}

function insertOutbox(client: pg.PoolClient, events: readonly OutboxEvent[]): Promise<void> {
  return write(client, { name: 'insert-outbox', text: INSERT_OUTBOX }, events, [
    ({ id }) => id,
    ({ orderId }) => orderId,
    ({ group }) => group,
    ({ traceParent }) => traceParent,
    ({ body }) => body,
  ])
}

function outboxEventsOf(events: readonly NewEvent[]): OutboxEvent[] {
  return events.map(({ event, owner, traceParent }) => ({
    id: event.id,
    orderId: event.subject,
    group: callerGroup(owner),
    body: asciiJson(event),
    ...(traceParent === undefined ? {} : { traceParent }),
  }))
}
