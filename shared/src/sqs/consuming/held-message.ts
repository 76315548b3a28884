import type { Message } from '@aws-sdk/client-sqs'
import type { ReceivedMessage } from '../received-message.js'

/** A message in hand: received and not settled. */
export interface HeldMessage {
  readonly message: ReceivedMessage
  /** When it was received, in ms of the monotonic clock. */
  readonly heldSince: number
  /** When its visibility was last set, in ms of the monotonic clock. */
  extendedAt: number
  /** `settling` messages get no heartbeat: it would race with the delete. */
  state: 'waiting' | 'running' | 'settling'
}

/** Takes a message in hand. */
export function hold(message: Message, now: number): HeldMessage {
  return { message: receivedMessageOf(message), heldSince: now, extendedAt: now, state: 'waiting' }
}

function receivedMessageOf(message: Message): ReceivedMessage {
  const system = message.Attributes ?? {}
  const attributes: Record<string, string> = {}
  for (const [name, { StringValue }] of Object.entries(message.MessageAttributes ?? {})) {
    if (StringValue !== undefined) attributes[name] = StringValue
  }
  return {
    id: message.MessageId ?? '',
    body: message.Body ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    receiveCount: Number(system.ApproximateReceiveCount ?? 1),
    sentAt: new Date(Number(system.SentTimestamp ?? Date.now())),
    firstReceivedAt: new Date(Number(system.ApproximateFirstReceiveTimestamp ?? Date.now())),
    ...(system.MessageGroupId === undefined ? {} : { groupId: system.MessageGroupId }),
    attributes,
  }
}

/**
 * Whether a message has waited so long that too little of its handling limit is left: a handler always gets at least
 * half of it.
 */
export function hasWaitedTooLong(held: HeldMessage, now: number, maxHandlingSeconds: number): boolean {
  return now - held.heldSince >= maxHandlingSeconds * 500
}
