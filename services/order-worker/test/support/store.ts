import type pg from 'pg'
import { createPool } from '@comanda/shared/postgres'

/** A pool as the service makes it. */
export function storePool(databaseUrl: string, maxConnections = 4): pg.Pool {
  return createPool({
    databaseUrl,
    applicationName: 'order-worker-test',
    maxConnections,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 10_000,
    pipeline: true,
    onIdleError: () => undefined,
  })
}
