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
    pipeline: options.pipeline ?? false,
  })
  pool.on('error', options.onIdleError)
  return pool
}
