import { setTimeout as delay } from 'node:timers/promises'
import type { StoredOrder } from '../measure/ledger.js'
import { query } from './database.js'
import type { BenchDatabase } from './database.js'

const STORED_ORDERS = `
  select o.id, o.status, extract(epoch from pg_xact_commit_timestamp(o.xmin)) * 1000 as committed_at,
         coalesce(c.email is not null, false) as has_address
  from orders o left join order_contacts c on c.order_id = o.id
  where o.idempotency_key like $1`

/** The orders of one run as Postgres has them: those whose key begins with `keyPrefix`. */
export async function readStoredOrders(
  database: BenchDatabase,
  keyPrefix: string,
): Promise<readonly StoredOrder[]> {
  const rows = await query(database.url, STORED_ORDERS, [`${keyPrefix}-%`])
  return rows.map((row) => ({
    id: row['id'] as string,
    status: row['status'] as string,
    committedAt: Number(row['committed_at']),
    hasAddress: row['has_address'] as boolean,
  }))
}

const PLACING_COMMITS = `select count(distinct xmin::text)::int as commits from orders where idempotency_key like $1`

/** How many transactions stored the orders of one run. */
export async function countPlacingCommits(database: BenchDatabase, keyPrefix: string): Promise<number> {
  const [row] = await query(database.url, PLACING_COMMITS, [`${keyPrefix}-%`])
  return Number(row!['commits'])
}

/** The next transaction id: the difference of two readings is how many transactions wrote in between (this one too). */
export async function nextTransactionId(database: BenchDatabase): Promise<number> {
  const [row] = await query(database.url, `select pg_current_xact_id()::text as id`)
  return Number(row!['id'])
}

const STORED = `select count(*)::int as n from orders where idempotency_key like $1`
const UNSENT = `select count(*)::int as n from outbox`
const UNNOTIFIED = `
  select count(*)::int as n from orders o join order_contacts c on c.order_id = o.id
  where o.idempotency_key like $1 and c.email is not null
    and not exists (select from deliveries d where d.order_id = o.id and d.finished_at is not null)`

/**
 * Resolves once `orders` orders of a run are stored, every event is published and everybody with an address has been
 * told; false when `patienceSeconds` are over first. Asks only when the load is over: it would take CPU from the run.
 */
export async function untilSettled(
  database: BenchDatabase,
  keyPrefix: string,
  orders: number,
  patienceSeconds: number,
): Promise<boolean> {
  const count = async (statement: string, ...values: string[]) => {
    const [row] = await query(database.url, statement, values)
    return Number(row!['n'])
  }
  const run = `${keyPrefix}-%`
  const deadline = performance.now() + patienceSeconds * 1_000
  while (performance.now() < deadline) {
    if (
      (await count(STORED, run)) >= orders &&
      (await count(UNSENT)) === 0 &&
      (await count(UNNOTIFIED, run)) === 0
    )
      return true
    await delay(250)
  }
  return false
}
