import { classifyFailure } from '@comanda/shared/postgres'
import type { Pool, QueryResultRow } from 'pg'
import { ApiError } from '../../domain/api-error.js'

/**
 * Runs one read. A server that cannot be used now, or not in time, becomes `orders_unavailable`; anything else is a
 * defect of ours and travels on as it is.
 */
export async function ask<Row extends QueryResultRow>(
  pool: Pick<Pool, 'query'>,
  statement: { readonly name?: string; readonly text: string; readonly values: unknown[] },
): Promise<Row[]> {
  try {
    const { rows } = await pool.query<Row>(statement)
    return rows
  } catch (error) {
    const kind = classifyFailure(error)
    if (kind === 'away' || kind === 'conflict')
      throw new ApiError('orders_unavailable', 'Orders and products cannot be read now.', { cause: error })
    throw error
  }
}
