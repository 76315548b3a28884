import type pg from 'pg'
import type { ParkedCommand } from '../../domain/ports.js'
import { plain, text } from './columns.js'
import { queryRows } from './statement.js'

const INSERT_PARKED = {
  name: 'insert-parked',
  text: `
  insert into parked_messages (message_id, queue, reason, body, account_id, order_id, receive_count, sent_at)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[],
                       $8::timestamptz[])
  on conflict (message_id) do nothing`,
}

/** Keeps messages that nobody can handle; one that is kept already stays as it is. */
export async function insertParked(client: pg.PoolClient, parked: readonly ParkedCommand[]): Promise<void> {
  await queryRows(client, INSERT_PARKED, parked, [
    text(({ messageId }) => messageId),
    text(({ queue }) => queue),
    text(({ reason }) => storable(reason)),
    text(({ body }) => storable(body)),
    text(({ order }) => order?.account),
    plain(({ order }) => order?.subject),
    plain(({ receiveCount }) => receiveCount),
    plain(({ sentAt }) => sentAt.toISOString()),
  ])
}

/** What cannot be read may hold what Postgres cannot store: NUL and half surrogates become U+FFFD. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD')
}
