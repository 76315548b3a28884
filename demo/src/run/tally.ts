import { KEY_PREFIX } from '../retail/order-of-invoice.js'
import type { Database } from './database.js'
import type { Quantiles } from './quantiles.js'

/** Orders by what became of them. */
export interface Counts {
  readonly confirmed: number
  readonly cancelled: number
  readonly rejected: Readonly<Record<string, number>>
}

/** How an account's orders stand now: those of the replay, and all others. */
export interface Tally {
  readonly replay: Counts
  readonly own: Counts
  /** From acceptance to the commit of the decision, over the newest orders, in ms. */
  readonly confirmedMs: Quantiles | undefined
}

const BY_STATUS = `
  select coalesce(starts_with(idempotency_key, $2), false) as "isReplay", status, reason, count(*)::int as orders
  from orders where account_id = $1 group by 1, 2, 3`

const RECENT_DECISIONS = `
  select percentile_disc(array[0.5, 0.99]) within group (
    order by extract(epoch from pg_xact_commit_timestamp(t.xmin) - o.accepted_at)::float8 * 1000) as ms
  from (select id, accepted_at from orders where account_id = $1 order by accepted_at desc, id desc limit 1000) o
    join order_timeline t on t.order_id = o.id and t.version = 1`

interface StatusRow {
  readonly isReplay: boolean
  readonly status: string
  readonly reason: string | null
  readonly orders: number
}

/** Reads how the orders stand now, for the live view. */
export async function readTally(database: Database, account: string): Promise<Tally> {
  const [rows, [recent]] = await Promise.all([
    database.query<StatusRow>(BY_STATUS, [account, KEY_PREFIX]),
    database.query<{ ms: [number, number] | null }>(RECENT_DECISIONS, [account]),
  ])
  return {
    replay: countsOf(rows.filter(({ isReplay }) => isReplay)),
    own: countsOf(rows.filter(({ isReplay }) => !isReplay)),
    confirmedMs: recent?.ms ? { p50: recent.ms[0], p99: recent.ms[1] } : undefined,
  }
}

function countsOf(rows: readonly StatusRow[]): Counts {
  const count = (...statuses: string[]) =>
    rows.filter(({ status }) => statuses.includes(status)).reduce((sum, { orders }) => sum + orders, 0)
  return {
    confirmed: count('confirmed', 'shipped', 'delivered'),
    cancelled: count('cancelled'),
    rejected: Object.fromEntries(
      rows.flatMap(({ reason, orders }) => (reason === null ? [] : [[reason, orders]])),
    ),
  }
}
