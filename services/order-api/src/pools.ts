import type { Logger } from '@comanda/shared/logging'
import { createPool, tracePool } from '@comanda/shared/postgres'
import type { Tracing } from '@comanda/shared/tracing'
import type pg from 'pg'
import type { Config } from './config.js'

/** Connections to Postgres, apart by purpose: slow pages never take those that an order's key is looked up with. */
export interface Pools {
  readonly reads: pg.Pool
  readonly keys: pg.Pool
}

export interface PoolsOptions {
  readonly config: Config
  readonly logger: Logger
  readonly tracing: Tracing | undefined
}

/** Connects to nothing yet. */
export function createPools({ config, logger, tracing }: PoolsOptions): Pools {
  const onIdleError = (err: Error) => logger.warn({ err }, 'an idle connection to Postgres broke')
  const reads = createPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'order-api',
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    connectTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    onIdleError,
  })
  const keys = createPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'order-api keys',
    maxConnections: config.KEY_LOOKUP_MAX_CONNECTIONS,
    connectTimeoutMs: config.KEY_LOOKUP_BUDGET_MS * 4,
    statementTimeoutMs: config.KEY_LOOKUP_BUDGET_MS * 2,
    onIdleError,
  })
  tracePool(reads, tracing, config.DATABASE_URL)
  return { reads, keys }
}
