import type { Database } from './database.js'

/** Orders of an account by what became of them. */
export interface Tally {
  readonly confirmed: number
  readonly cancelled: number
  readonly rejected: Readonly<Record<string, number>>
  /** Accept to decided over the last seconds, in ms. */
  readonly decidedMs: { readonly p50: number; readonly p99: number } | undefined
}

const BY_STATUS = `
  select status, reason, count(*)::int as orders from orders where account_id = $1 group by status, reason`

const RECENTLY_DECIDED = `
  select percentile_disc(array[0.5, 0.99]) within group (order by extract(epoch from decided_at - accepted_at) * 1000)
    as ms
  from orders where account_id = $1 and accepted_at > now() - interval '10 seconds' and decided_at is not null`

/** Reads how the orders stand now, for the live view. */
export async function readTally(database: Database, account: string): Promise<Tally> {
  const [rows, [recent]] = await Promise.all([
    database.query<{ status: string; reason: string | null; orders: number }>(BY_STATUS, [account]),
    database.query<{ ms: string[] | null }>(RECENTLY_DECIDED, [account]),
  ])
  const count = (...statuses: string[]) =>
    rows.filter(({ status }) => statuses.includes(status)).reduce((sum, { orders }) => sum + orders, 0)
  return {
    confirmed: count('confirmed', 'shipped', 'delivered'),
    cancelled: count('cancelled'),
    rejected: Object.fromEntries(
      rows.flatMap(({ reason, orders }) => (reason === null ? [] : [[reason, orders]])),
    ),
    decidedMs: recent?.ms ? { p50: Number(recent.ms[0]), p99: Number(recent.ms[1]) } : undefined,
  }
}
