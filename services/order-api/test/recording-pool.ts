import { createPool } from '@comanda/shared/postgres'
import type { Pool } from 'pg'

export interface Recorded {
  readonly name?: string
  readonly text: string
  readonly values: unknown[]
}

/** A pool that keeps what it was asked. */
export interface RecordingPool {
  readonly pool: Pick<Pool, 'query'>
  readonly asked: Recorded[]
  end(): Promise<void>
}

export function createRecordingPool(databaseUrl: string): RecordingPool {
  const asked: Recorded[] = []
  const pool = createPool({
    databaseUrl,
    applicationName: 'test',
    maxConnections: 2,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 20_000,
    onIdleError: () => undefined,
  })
  const query = (statement: Recorded) => {
    asked.push(statement)
    return pool.query(statement)
  }
  return { pool: { query: query as unknown as Pool['query'] }, asked, end: () => pool.end() }
}
