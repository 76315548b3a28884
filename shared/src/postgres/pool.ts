import pg from 'pg'

export interface PoolOptions {
  /** `postgres://` URL of the writer endpoint: replicas of multi-AZ clusters have broken snapshots. */
  readonly databaseUrl: string
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  readonly maxConnections: number
  /** How long a caller waits for a connection before it gets an error. */
  readonly connectTimeoutMs: number
  /** No statement runs longer (server side, so that it also ends when this process hangs). */
  readonly statementTimeoutMs: number
  readonly onIdleError: (error: Error) => void
  /** Statements of one client travel without waiting for the answers to those before them. Default false. */
  readonly pipeline?: boolean
}

/**
 * Statements of the services name their rows by keys, so every plan follows an index from row to row. The planner is
 * told, because it does not know: a connection plans a named statement while tables are new and empty, where reading them
 * from end to end looks cheapest, and keeps to that plan until the first ANALYZE, however many orders came in since.
 */
const ROW_BY_ROW = ['seqscan', 'hashjoin', 'mergejoin'].map((way) => `-c enable_${way}=off`).join(' ')

/** A bounded pool with every time-out set. An idle connection that breaks is reported and replaced, never thrown. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: options.statementTimeoutMs * 2,
    // A server that vanished without a word (fail-over, lost network) must not hold a caller past this.
    query_timeout: options.statementTimeoutMs + 2_000,
    keepAlive: true,
    options: ROW_BY_ROW,
    pipeline: options.pipeline ?? false,
  })
  pool.on('error', options.onIdleError)
  return pool
}
