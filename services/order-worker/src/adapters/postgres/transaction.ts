import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { classifyFailure } from '@comanda/shared/postgres'
import { StoreError } from '../../domain/ports.js'

/** Fewer or more rows were affected than what was decided asks for: others changed what this transaction relied on. */
export class CountMismatchError extends Error {
  override readonly name = 'CountMismatchError'
  readonly code = 'count_mismatch'
}

const ATTEMPTS = 5
const FIRST_DELAY_MS = 10

/**
 * Runs `work` in one READ COMMITTED transaction and commits it, or rolls all of it back. Where others were in the way it
 * runs again from the start, up to five times in all with growing, jittered pauses. Throws `StoreError`; after a lost
 * commit (`away`) the work may be durable or not.
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
  onRetry: () => void,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, work)
    } catch (error) {
      const failure = storeErrorOf(error)
      const again = failure.code === 'conflict' || error instanceof CountMismatchError
      if (!again || attempt === ATTEMPTS) throw failure
      onRetry()
      await wait(Math.random() * FIRST_DELAY_MS * 2 ** attempt)
    }
  }
}

async function runOnce<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  // A connection that breaks between two queries is found by the next query.
  const ignore = () => undefined
  client.on('error', ignore)
  let broken = true
  try {
    // Awaited alone: statements sent behind a `begin` that failed would each commit on their own.
    await client.query('begin')
    try {
      const result = await work(client)
      const { command } = await client.query('commit')
      if (command !== 'COMMIT') throw new CountMismatchError('the transaction was rolled back at its commit')
      broken = false
      return result
    } catch (error) {
      // Also one that works but leads to a server that takes no writes (a fail-over): only a new one finds the writer.
      const unfit = classifyFailure(error) === 'away'
      await client.query('rollback').then(
        () => (broken = unfit),
        () => undefined,
      )
      throw error
    }
  } finally {
    client.off('error', ignore)
    client.release(broken)
  }
}

/** What a failure of Postgres means to whoever asked the store. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const { code } = error as { code?: unknown }
  return new StoreError(classifyFailure(error), typeof code === 'string' ? code : 'unknown', { cause: error })
}
