import { fault } from '@comanda/shared/fault'
import { EVENT_SCHEMAS, Uuid, readMessage } from '@comanda/shared/messages'
import type { OrderEvent } from '@comanda/shared/messages'
import { classifyFailure } from '@comanda/shared/postgres'
import { DONE } from '@comanda/shared/sqs'
import type { BatchHandler, Outcome, ReceivedMessage } from '@comanda/shared/sqs'
import type { TracedEvent } from '../../domain/delivery.js'

/** Takes events for good: resolves once everything that they ask for is stored, all of it or nothing. */
export type TakeEvents = (events: readonly TracedEvent[]) => Promise<void>

/** Largest version that the table's `integer` holds. */
const LARGEST_VERSION = 2_147_483_647

/**
 * Handles a batch of messages from the order-events queue. Only what nobody can ever read is parked; an unknown type or
 * version is a newer writer's, and is retried until this service is newer too. A batch that fails for one message is
 * taken one by one.
 */
export function createEventHandler(take: TakeEvents): BatchHandler {
  return async (messages) => {
    const read = messages.map(readEvent)
    const events = read.filter((result) => typeof result === 'object' && 'event' in result)
    if (events.length === 0) return read.map(outcomeOf)
    try {
      await fault('notifier.before-store')
      await take(events.map(({ event }) => event))
      await fault('notifier.before-delete')
      return read.map(outcomeOf)
    } catch (error) {
      if (classifyFailure(error) === 'away') throw error
      if (events.length === 1) return read.map((result) => ('event' in result ? failed(error) : result))
      return Promise.all(
        read.map(async (result) => ('event' in result ? takeAlone(result.event, take) : result)),
      )
    }
  }
}

type ReadEvent = { readonly event: TracedEvent } | Outcome

function readEvent({ body, attributes: { traceparent } }: ReceivedMessage): ReadEvent {
  const result = readMessage(EVENT_SCHEMAS, body)
  switch (result.kind) {
    case 'broken':
    case 'invalid':
      return { kind: 'park', reason: result.reason }
    case 'unknown':
      return { kind: 'retry', reason: 'unknown_type' }
    case 'message': {
      const wrong = wrongFieldOf(result.message)
      if (wrong !== undefined) return { kind: 'park', reason: wrong }
      return { event: traceparent === undefined ? result.message : { ...result.message, traceparent } }
    }
  }
}

/** What the envelope leaves open and an event must hold: its ids are UUIDs, as the table's are. */
function wrongFieldOf(event: OrderEvent): string | undefined {
  if (!Uuid.safeParse(event.id).success) return '/id: must be a UUID'
  if (!Uuid.safeParse(event.subject).success) return '/subject: must be a UUID'
  if (event.data.version > LARGEST_VERSION) return '/data/version: is too large'
  return undefined
}

async function takeAlone(event: TracedEvent, take: TakeEvents): Promise<Outcome> {
  try {
    await take([event])
    return DONE
  } catch (error) {
    if (classifyFailure(error) === 'away') throw error
    return failed(error)
  }
}

function outcomeOf(result: ReadEvent): Outcome {
  return 'event' in result ? DONE : result
}

/** Of a message alone: a value that Postgres refuses is final; everything else may be repaired. */
function failed(error: unknown): Outcome {
  const kind = classifyFailure(error)
  return kind === 'value'
    ? { kind: 'park', reason: 'refused by Postgres as a value' }
    : { kind: 'retry', reason: kind }
}
