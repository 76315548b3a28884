import type pg from 'pg'
import type { Outbox, OutboxEvent } from '../../domain/ports.js'
import { inTransaction, storeErrorOf } from './transaction.js'

const REMOVE = `delete from outbox where event_id = any($1::uuid[])`

/**
 * Never `seq > last seen`: sequence numbers are given before the commit, so a late commit would be skipped for ever.
 * Locked rows are being swept by somebody else.
 */
const CLAIM = `
  select event_id, order_id, message_group, trace_parent, body
  from outbox
  where created_at < now() - make_interval(secs => $1::double precision / 1000) and event_id <> all($2::uuid[])
  order by seq
  limit $3
  for update skip locked`

const MEASURE = `
  select count(*)::int as unsent,
         coalesce(extract(epoch from clock_timestamp() - min(created_at)) * 1000, 0)::float8 as oldest_ms
  from outbox`

interface OutboxRow {
  event_id: string
  order_id: string
  message_group: string
  trace_parent: string | null
  body: string
}

/** The outbox table, which the order store fills in the transaction of the effects. */
export function createPostgresOutbox(pool: pg.Pool): Outbox {
  return {
    async remove(eventIds) {
      if (eventIds.length === 0) return
      try {
        await pool.query({ name: 'outbox-remove', text: REMOVE, values: [eventIds] })
      } catch (error) {
        throw storeErrorOf(error)
      }
    },
    sweep: ({ olderThanMs, limit, except, send }) =>
      inTransaction(
        pool,
        async (client) => {
          const { rows } = await client.query<OutboxRow>(CLAIM, [olderThanMs, except, limit])
          if (rows.length === 0) return 0
          const sent = await send(rows.map(eventOf))
          await client.query(REMOVE, [sent])
          return rows.length
        },
        () => undefined,
      ),
    async measure() {
      try {
        const { rows } = await pool.query<{ unsent: number; oldest_ms: number }>(MEASURE)
        return { unsent: rows[0]?.unsent ?? 0, oldestMs: rows[0]?.oldest_ms ?? 0 }
      } catch (error) {
        throw storeErrorOf(error)
      }
    },
  }
}

function eventOf({ event_id, order_id, message_group, trace_parent, body }: OutboxRow): OutboxEvent {
  return {
    id: event_id,
    orderId: order_id,
    group: message_group,
    body,
    ...(trace_parent === null ? {} : { traceParent: trace_parent }),
  }
}
