import type { PlaceOrder } from '@comanda/shared/messages'
import type { Instruction } from '../../domain/instruction.js'
import { json, plain, text } from './columns.js'
import type { Column } from './columns.js'

/** What a row of `orders` takes from the message that brought the order, in this order. */
export const DOCUMENT_COLUMNS = `id, account_id, actor, accepted_at, reference, currency, line_count, customer_id,
    idempotency_key, fingerprint, metadata, placed_at`

export const DOCUMENT_TYPES = `$1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::int[],
    $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::timestamptz[]`

/** The values of those columns; a command that is no place knows only the first four. */
export const DOCUMENT_VALUES: readonly Column<Instruction['command']>[] = [
  plain(({ subject }) => subject),
  text(({ account }) => account),
  text(({ actor }) => actor),
  plain(({ time }) => instant(time)),
  text((command) => placed(command)?.order.reference),
  text((command) => placed(command)?.order.currency),
  plain((command) => placed(command)?.order.lines.length ?? 0),
  text((command) => placed(command)?.order.customer?.id),
  text((command) => placed(command)?.key),
  text((command) => placed(command)?.fingerprint),
  json((command) => placed(command)?.order.metadata),
  plain((command) => {
    const placedAt = placed(command)?.order.placedAt
    return placedAt === undefined ? undefined : instant(placedAt)
  }),
]

function placed(command: Instruction['command']): PlaceOrder['data'] | undefined {
  return command.type === 'comanda.order.place.v1' ? command.data : undefined
}

/** Milliseconds in UTC, so that what the domain compares and what the table keeps are the same. */
function instant(time: string): string {
  return new Date(time).toISOString()
}
