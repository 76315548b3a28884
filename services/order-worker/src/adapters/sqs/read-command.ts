import { Account, Actor, Instant, Uuid, readMessage } from '@comanda/shared/messages'
import type { COMMAND_SCHEMAS, Command, MessageSchemas, ReadResult } from '@comanda/shared/messages'
import type { ReceivedMessage } from '@comanda/shared/sqs'
import type { UnreadableOrder } from '../../domain/reject-unreadable.js'

/** The commands that a release reads, by type. Every one parses to a `Command`. */
export type CommandSchemas = Partial<typeof COMMAND_SCHEMAS>

/** Reads a command once, at the edge. Beyond its schema, its ids are UUIDs in the one form that the database gives back. */
export function readCommand(schemas: CommandSchemas, body: string): ReadResult<Command> {
  const read = readMessage(schemas as MessageSchemas, body) as ReadResult<Command>
  if (read.kind !== 'message') return read
  const { id, subject, type } = read.message
  const problem = !isUuid(id)
    ? '/id: must be a UUID'
    : type.startsWith('comanda.order.') && !isUuid(subject)
      ? '/subject: must be the id of an order'
      : type === 'comanda.order.place.v1' && id !== subject
        ? '/subject: must equal the id of the place'
        : undefined
  if (problem === undefined) return read
  return { kind: 'invalid', reason: problem, json: { ...read.message } }
}

function isUuid(value: unknown): value is string {
  return Uuid.safeParse(value).success
}

/**
 * The order that an unreadable place would have placed, as far as its envelope tells. Undefined when it is no place, or
 * does not name an account and an order.
 */
export function unreadableOrderOf({ body, sentAt }: ReceivedMessage): UnreadableOrder | undefined {
  const envelope = parseObject(body)
  if (envelope?.['type'] !== 'comanda.order.place.v1') return undefined
  const { id, subject, account, actor, time } = envelope
  if (!isUuid(subject) || id !== subject) return undefined
  const named = Account.safeParse(account)
  if (!named.success) return undefined
  const by = Actor.safeParse(actor)
  const at = Instant.safeParse(time)
  return {
    type: 'unreadable',
    id: subject,
    subject,
    account: named.data,
    actor: by.success ? by.data : 'unknown',
    time: at.success ? at.data : sentAt.toISOString(),
  }
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
