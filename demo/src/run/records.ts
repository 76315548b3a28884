import type { Database } from './database.js'

/** An order as it is stored, with its decision, whatever came later. Numbers with decimals are exact strings. */
export interface OrderRecord {
  readonly id: string
  readonly version: number
  /** Null where it is not decided. */
  readonly decision: 'confirmed' | 'rejected' | 'cancelled' | null
  readonly reason: string | null
  readonly reference: string
  readonly currency: string
  readonly lines: number
  readonly total: string | null
  /** The sum over the stored lines themselves: the stored total is what is checked. */
  readonly linesTotal: string | null
  readonly acceptedAtMs: number
  /** When the transaction that decided it was committed; null where the server did not keep that. */
  readonly committedAtMs: number | null
}

/** What the database says about a run, all of it read in one snapshot. */
export interface Records {
  readonly orders: readonly OrderRecord[]
  /** References with more than one order. */
  readonly doubled: number
  /** Products whose stock is not what their movements come to. */
  readonly unbalanced: number
  /** Pairs of order and product that moved more or less stock than the confirmed lines say. */
  readonly missold: number
  /** Mailed orders that do not exist. */
  readonly strangers: number
}

const ORDERS = `
  select o.id, o.version, t.status as decision, o.reason, o.reference, o.currency, o.total::text as total,
         l.lines, l.total as "linesTotal",
         extract(epoch from o.accepted_at)::float8 * 1000 as "acceptedAtMs",
         extract(epoch from pg_xact_commit_timestamp(t.xmin))::float8 * 1000 as "committedAtMs"
  from orders o
    left join order_timeline t on t.order_id = o.id and t.version = 1
    cross join lateral (select count(*)::int as lines, sum(l.quantity * l.unit_price)::text as total
      from order_lines l where l.order_id = o.id) l
  where o.account_id = $1 and o.id = any($2::uuid[])`

/** One that was refused because its key belongs to another is no double. */
const DOUBLED = `
  select count(*)::int as count from (
    select reference from orders where account_id = $1 and reason is distinct from 'idempotency_key_reused'
      and reference = any($2::text[])
    group by reference having count(*) > 1) twice`

const UNBALANCED = `
  select count(*)::int as count from products p
    left join (select sku, sum(quantity) as moved from stock_movements where account_id = $1 group by sku) m
      on m.sku = p.sku
  where p.account_id = $1 and p.available <> coalesce(m.moved, 0)`

const MISSOLD = `
  select count(*)::int as count from (
    select o.id, l.sku, sum(l.quantity) as wanted from orders o join order_lines l on l.order_id = o.id
    where o.account_id = $1 and o.status in ('confirmed', 'shipped', 'delivered') group by 1, 2) w
    full join (select order_id, sku, -sum(quantity) as sold from stock_movements
      where account_id = $1 and order_id is not null group by 1, 2 having sum(quantity) <> 0) s
      on s.order_id = w.id and s.sku = w.sku
  where w.wanted is distinct from s.sold`

const STRANGERS = `
  select count(*)::int as count from unnest($2::text[]) as mailed (id)
  where not exists (select from orders o where o.account_id = $1 and o.id::text = mailed.id)`

/** Reads what became of the orders that were answered 202, and of the stock. SQL of the demo's own. */
export async function readRecords(
  database: Database,
  account: string,
  asked: {
    readonly ids: readonly string[]
    readonly references: readonly string[]
    readonly mailedIds: readonly string[]
  },
): Promise<Records> {
  return database.snapshot(async (query) => {
    const count = async (statement: string, ...values: unknown[]) =>
      (await query<{ count: number }>(statement, [account, ...values]))[0]!.count
    return {
      orders: await query<OrderRecord>(ORDERS, [account, asked.ids]),
      doubled: await count(DOUBLED, asked.references),
      unbalanced: await count(UNBALANCED),
      missold: await count(MISSOLD),
      strangers: await count(STRANGERS, asked.mailedIds),
    }
  })
}
