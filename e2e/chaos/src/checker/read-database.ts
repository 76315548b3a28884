import pg from 'pg'
import { contentHash, pricesHash } from './order-content.js'
import type { CheckRecord, DeliveryRow, MovementRow, OrderRow, TimelineRow } from './records.js'
import { sha256 } from './identity.js'
import type { ProductRow } from './stock-book.js'

const FETCHED_AT_ONCE = 500

/**
 * Everything about an order in one row; sums are made by the database's own numerics. Movements have no index by order, so
 * they are joined: looked up for each, they took half a minute for 500 orders of 100,000.
 */
const ORDERS = `
select o.id, o.account_id, o.actor, o.idempotency_key, o.fingerprint, o.status, o.version, o.reason, o.reference,
  o.currency, o.customer_id, o.metadata, extract(epoch from o.placed_at) * 1000 as placed_at_ms,
  c.email, c.name, c.language, c.ship_to,
  (select json_agg(json_build_array(l.sku, l.quantity, l.unit_price::text) order by l.line_no)
   from order_lines l where l.order_id = o.id) as lines,
  (select o.total is null or (sum(l.amount) = o.total and bool_and(l.amount = l.quantity * l.unit_price))
   from order_lines l where l.order_id = o.id) as sums_agree,
  (select json_agg(json_build_array(t.version, t.status, t.refused, t.actor, t.command_id) order by t.version)
   from order_timeline t where t.order_id = o.id) as timeline,
  m.movements,
  (select json_agg(json_build_array(d.event_id, d.version, d.status, d.last_error,
     d.next_attempt_at > now() and d.claimed_until is null))
   from deliveries d where d.order_id = o.id) as deliveries
from orders o
left join order_contacts c on c.order_id = o.id
left join (select order_id, json_agg(json_build_array(kind, sku, quantity, command_id)) as movements
           from stock_movements group by order_id) m on m.order_id = o.id`

/** Records of orders that are not there, by kind; each row would be a violation. */
const ORPHANS = `
select 'a line' as what, order_id::text as id from order_lines l
  where not exists (select from orders o where o.id = l.order_id)
union all select 'a movement', order_id::text from stock_movements m
  where order_id is not null and not exists (select from orders o where o.id = m.order_id)
union all select 'a delivery', order_id::text from deliveries d
  where not exists (select from orders o where o.id = d.order_id)
union all select 'a key', order_id::text from idempotency_keys k
  where not exists (select from orders o where o.id = k.order_id)`

interface OrderOfDatabase {
  id: string
  account_id: string
  actor: string
  idempotency_key: string | null
  fingerprint: string | null
  status: string
  version: number
  reason: string | null
  reference: string | null
  currency: string | null
  customer_id: string | null
  metadata: unknown
  placed_at_ms: string | null
  email: string | null
  name: string | null
  language: string | null
  ship_to: unknown
  lines: [string, number, string | null][] | null
  sums_agree: boolean | null
  timeline: [number, string, string | null, string, string][] | null
  movements: [MovementRow['kind'], string, number, string][] | null
  deliveries: [string, number, string, string | null, boolean][] | null
}

/** The database as it was at one moment: one REPEATABLE READ snapshot for everything that is read. */
export interface DatabaseSnapshot {
  records(): AsyncGenerator<CheckRecord>
  products(): Promise<readonly ProductRow[]>
  orphans(): Promise<readonly { readonly what: string; readonly id: string }[]>
  end(): Promise<void>
}

export async function openSnapshot(databaseUrl: string): Promise<DatabaseSnapshot> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'chaos checker' })
  await client.connect()
  await client.query('begin transaction isolation level repeatable read, read only')

  async function* rowsOf<Row extends pg.QueryResultRow>(sql: string): AsyncGenerator<Row> {
    await client.query(`declare rows_to_check no scroll cursor for ${sql}`)
    for (;;) {
      const { rows } = await client.query<Row>(`fetch ${FETCHED_AT_ONCE} from rows_to_check`)
      yield* rows
      if (rows.length < FETCHED_AT_ONCE) break
    }
    await client.query('close rows_to_check')
  }

  return {
    async *records() {
      for await (const row of rowsOf<OrderOfDatabase>(ORDERS)) yield orderRowOf(row)
      type Row = Record<string, string>
      for await (const row of rowsOf<Row>('select account_id, actor, key, order_id from idempotency_keys'))
        yield {
          kind: 'key',
          id: row['order_id']!,
          account: row['account_id']!,
          actor: row['actor']!,
          key: row['key']!,
        }
      for await (const row of rowsOf<Row>(
        'select command_id, type, target, outcome, account_id from commands',
      )) {
        const { command_id, type, target, outcome, account_id } = row
        // The place of an order is its own command; what it did stands in the order.
        if (type === 'comanda.order.place.v1' || type === 'unreadable') continue
        const id = type!.startsWith('comanda.order.') ? target! : command_id!
        yield { kind: 'command', id, cmd: command_id!, type: type!, outcome: outcome!, account: account_id! }
      }
      for await (const row of rowsOf<Row>(
        `select command_id, account_id, sku, quantity from stock_movements where order_id is null`,
      ))
        yield {
          kind: 'adjustment',
          cmd: row['command_id']!,
          account: row['account_id']!,
          sku: row['sku']!,
          quantity: Number(row['quantity']),
        }
      for await (const row of rowsOf<Row>('select event_id, order_id from outbox'))
        yield { kind: 'outbox', id: row['order_id']!, event: row['event_id']! }
      for (const table of ['parked_messages', 'parked_events'] as const)
        for await (const row of rowsOf<Row>(`select reason, body from ${table}`))
          yield { kind: 'parked', sha: sha256(row['body']!), reason: row['reason']!, table }
    },
    async products() {
      const { rows } = await client.query<{ account_id: string; sku: string; available: string }>(
        'select account_id, sku, available from products',
      )
      return rows.map(({ account_id, sku, available }) => ({
        account: account_id,
        sku,
        available: Number(available),
      }))
    },
    async orphans() {
      return (await client.query<{ what: string; id: string }>(ORPHANS)).rows
    },
    async end() {
      await client.query('rollback').catch(() => undefined)
      await client.end()
    },
  }
}

function orderRowOf(row: OrderOfDatabase): OrderRow {
  const lines = row.lines ?? []
  const wanted: Record<string, number> = {}
  for (const [sku, quantity] of lines) wanted[sku] = (wanted[sku] ?? 0) + quantity
  return {
    kind: 'order',
    id: row.id,
    account: row.account_id,
    actor: row.actor,
    key: row.idempotency_key,
    fingerprint: row.fingerprint,
    status: row.status,
    version: row.version,
    reason: row.reason,
    content: contentHash({
      reference: row.reference,
      currency: row.currency,
      customerId: row.customer_id,
      email: row.email,
      name: row.name,
      language: row.language,
      shipTo: row.ship_to ?? null,
      placedAtMs: row.placed_at_ms === null ? null : Number(row.placed_at_ms),
      metadata: row.metadata ?? null,
      lines: lines.map(([sku, quantity]) => [sku, quantity]),
    }),
    prices: pricesHash(lines.map(([, , price]) => price ?? 'none')),
    email: row.email,
    sumsAgree: row.sums_agree ?? true,
    wanted,
    timeline: (row.timeline ?? []).map(([version, status, refused, actor, command]): TimelineRow => ({
      version,
      status,
      refused,
      actor,
      command,
    })),
    movements: (row.movements ?? []).map(([kind, sku, quantity, command]): MovementRow => ({
      kind,
      sku,
      quantity,
      command,
    })),
    deliveries: (row.deliveries ?? []).map(([event, version, status, error, putOff]): DeliveryRow => ({
      event,
      version,
      status,
      error,
      putOff,
    })),
  }
}
