import type { ParkedMessage } from '@comanda/shared/sqs'
import type pg from 'pg'

const PARK = `
insert into parked_events (message_id, reason, body, receive_count, sent_at)
select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::timestamptz[])
on conflict (message_id) do nothing`

/** NUL has no place in Postgres' text; the body is kept for a human to read, so a picture of it will do. */
const NUL = /\0/g

/** Keeps messages that nobody can read in `parked_events`, all or none; one that is parked already stays as it is. */
export async function parkEvents(pool: pg.Pool, parked: readonly ParkedMessage[]): Promise<void> {
  await pool.query(PARK, [
    parked.map(({ message }) => message.id),
    parked.map(({ reason }) => reason),
    parked.map(({ message }) => message.body.replace(NUL, '\u2400')),
    parked.map(({ message }) => message.receiveCount),
    parked.map(({ message }) => message.sentAt),
  ])
}
