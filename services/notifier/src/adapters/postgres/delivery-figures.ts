import type pg from 'pg'

/** How much waits to be sent. */
export interface DeliveryFigures {
  readonly pending: number
  /** How long the oldest delivery that is due and claimed by nobody has waited, in seconds. */
  readonly oldestDueSeconds: number
}

const FIGURES = `
select count(*)::int as pending,
       coalesce(extract(epoch from now() - min(next_attempt_at) filter (
         where next_attempt_at <= now() and (claimed_until is null or claimed_until < now()))), 0)::float8 as oldest_due
from deliveries where status = 'pending' and channel = $1`

/** Reads the figures of one channel. */
export async function readDeliveryFigures(pool: pg.Pool, channel: string): Promise<DeliveryFigures> {
  const { rows } = await pool.query<{ pending: number; oldest_due: number }>(FIGURES, [channel])
  return { pending: rows[0]!.pending, oldestDueSeconds: rows[0]!.oldest_due }
}
