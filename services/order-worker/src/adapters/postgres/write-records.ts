import type pg from 'pg'
import type { ChangeSet } from '../../domain/change-set.js'
import type { OutboxEvent } from '../../domain/ports.js'
import { plain, text } from './columns.js'
import { together, writeRows } from './statement.js'

const INSERT_TIMELINE = {
  name: 'insert-timeline',
  text: `
  insert into order_timeline (order_id, version, status, refused, reason, actor, command_id, occurred_at)
  select c.*, $8::timestamptz
  from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[]) as c`,
}

/** Sorted by id, as everybody does it. One that is there already counts as missing here, and rolls everything back. */
const INSERT_COMMANDS = {
  name: 'insert-commands',
  text: `
  insert into commands (command_id, account_id, actor, type, target, outcome, reason, decided_at)
  select c.*, $8::timestamptz
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as c
  on conflict (command_id) do nothing`,
}

const INSERT_OUTBOX = {
  name: 'insert-outbox',
  text: `
  insert into outbox (event_id, order_id, message_group, trace_parent, body)
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])`,
}

/** Writes what is told of a change set: the history of its orders, the outcomes of its commands, its events. */
export async function writeRecords(
  client: pg.PoolClient,
  { timeline, outcomes, at }: ChangeSet,
  events: readonly OutboxEvent[],
): Promise<void> {
  await together([
    writeRows(
      client,
      INSERT_TIMELINE,
      timeline,
      [
        plain(({ orderId }) => orderId),
        plain(({ version }) => version),
        plain(({ status }) => status),
        plain(({ refused }) => refused),
        text(({ reason }) => reason),
        text(({ actor }) => actor),
        plain(({ commandId }) => commandId),
      ],
      at,
    ),
    writeRows(
      client,
      INSERT_COMMANDS,
      outcomes.toSorted((one, other) => (one.commandId < other.commandId ? -1 : 1)),
      [
        plain(({ commandId }) => commandId),
        text(({ account }) => account),
        text(({ actor }) => actor),
        plain(({ type }) => type),
        text(({ target }) => target),
        plain(({ outcome }) => outcome),
        text(({ reason }) => reason),
      ],
      at,
    ),
    writeRows(client, INSERT_OUTBOX, events, [
      plain(({ id }) => id),
      plain(({ orderId }) => orderId),
      plain(({ group }) => group),
      text(({ traceParent }) => traceParent),
      text(({ body }) => body),
    ]),
  ])
}
