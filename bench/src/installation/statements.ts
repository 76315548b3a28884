import { query } from './database.js'
import type { BenchDatabase } from './database.js'

/** What one statement of one service came to. */
export interface StatementCost {
  readonly service: string
  readonly statement: string
  readonly calls: number
  readonly rows: number
  /** Time inside Postgres, waiting for locks and the disk included. */
  readonly milliseconds: number
}

/** Forgets what was counted so far. */
export async function resetStatements(database: BenchDatabase): Promise<void> {
  await query(database.url, 'select pg_stat_statements_reset()')
}

const COSTS = `
  select replace(replace(r.rolname, 'comanda_', ''), '_login', '') as service, s.query, s.calls, s.rows, s.total_exec_time
  from pg_stat_statements s join pg_roles r on r.oid = s.userid
  where s.dbid = (select oid from pg_database where datname = current_database()) and r.rolname like 'comanda%'
  order by s.total_exec_time desc`

/** Every statement that the services ran since the reset, the dearest first. */
export async function readStatements(database: BenchDatabase): Promise<readonly StatementCost[]> {
  const rows = await query(database.url, COSTS)
  return rows.map((row) => ({
    service: (row['service'] as string).replaceAll('_', '-'),
    statement: (row['query'] as string).replace(/\s+/g, ' ').trim().slice(0, 200),
    calls: Number(row['calls']),
    rows: Number(row['rows']),
    milliseconds: Number(row['total_exec_time']),
  }))
}

/**
 * How many transactions order-worker has committed: its `commit` statements, and the deletes from the outbox, each a
 * transaction by itself (those of a sweep count twice; there are hardly any while the fast path works).
 */
export function workerCommits(statements: readonly StatementCost[]): number {
  return statements
    .filter(
      ({ service, statement }) =>
        service === 'order-worker' && /^(commit$|delete from outbox )/i.test(statement),
    )
    .reduce((sum, { calls }) => sum + calls, 0)
}
