import type pg from 'pg'

const TAKES_WRITES = `select current_setting('transaction_read_only') = 'off' as writable`

/**
 * Whether the database can be used now, for writing too. Never rejects. A connection that takes no writes is closed:
 * after a fail-over it leads to the old writer for as long as it lives, whatever the endpoint names now.
 */
export async function takesWrites(pool: pg.Pool): Promise<boolean> {
  let client: pg.PoolClient | undefined
  let writable = false
  // A connection that breaks tells it to its query too.
  const ignore = () => undefined
  try {
    client = await pool.connect()
    client.on('error', ignore)
    const { rows } = await client.query<{ writable: boolean }>(TAKES_WRITES)
    writable = rows[0]?.writable === true
  } catch {
    writable = false
  }
  client?.off('error', ignore)
  client?.release(!writable)
  return writable
}
