import pg from 'pg'

/** The observer's own connection: reads only, in SQL of the demo's own. */
export interface Database {
  query<Row extends object>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Runs several reads in one snapshot. */
  snapshot<Result>(read: (query: Database['query']) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 3, application_name: 'demo' })
  pool.on('error', () => undefined)
  return {
    query: async <Row extends object>(statement: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(statement, [...values])).rows,
    async snapshot(read) {
      const client = await pool.connect()
      try {
        await client.query('begin isolation level repeatable read read only')
        return await read(
          async <Row extends object>(statement: string, values: readonly unknown[] = []) =>
            (await client.query<Row>(statement, [...values])).rows,
        )
      } finally {
        await client.query('rollback')
        client.release()
      }
    },
    close: () => pool.end(),
  }
}
