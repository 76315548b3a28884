import { classifyFailure } from '@comanda/shared/postgres'
import type { Pool, QueryResultRow } from 'pg'
import type { Deadlines } from '../../deadlines.js'
import { ApiError } from '../../domain/api-error.js'

/** Where reads go. */
export interface ReadSource {
  readonly pool: Pick<Pool, 'query'>
  /** No caller waits longer, whatever the server does: also not for one that vanished in the middle of an answer. */
  readonly deadlines: Deadlines
}

/**
 * Runs one read. A server that cannot be used now, or not in time, becomes `orders_unavailable`; anything else is a
 * defect of ours and travels on as it is.
 */
export async function ask<Row extends QueryResultRow>(
  { pool, deadlines }: ReadSource,
  statement: { readonly name?: string; readonly text: string; readonly values: unknown[] },
): Promise<Row[]> {
  try {
    const { rows } = await deadlines.within(pool.query<Row>(statement), () => unavailable())
    return rows
  } catch (error) {
    const kind = classifyFailure(error)
    if (kind === 'away' || kind === 'conflict') throw unavailable(error)
    throw error
  }
}

function unavailable(cause?: unknown): ApiError {
  return new ApiError('orders_unavailable', 'Orders and products cannot be read now.', { cause })
}
