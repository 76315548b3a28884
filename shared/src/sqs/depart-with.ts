import type { EntrySender, SendOutcome } from './entry-sender.js'
import type { Passenger } from './lanes.js'
import type { OutgoingMessage } from './queue-sender.js'
import { SendError } from './send-error.js'

export interface DepartWithOptions<Item, Result> {
  readonly messageOf: (item: Item) => OutgoingMessage
  /** What the caller of a sent item gets. */
  readonly resultOf: (item: Item) => Result
}

/**
 * Makes a `depart` for lanes of an entry sender: each passenger is settled on its own, as soon as its own outcome is
 * known, or fails with a `SendError`. To do something before the send, call the returned function in a `depart` of
 * one's own with the passengers that remain.
 */
export function departWith<Item, Result>(
  sender: EntrySender,
  { messageOf, resultOf }: DepartWithOptions<Item, Result>,
): (passengers: readonly Passenger<Item, Result>[]) => Promise<void> {
  return (passengers) =>
    sender.send(
      passengers.map(({ item }) => messageOf(item)),
      (index, outcome) => {
        const passenger = passengers[index]
        if (passenger === undefined) return
        if (outcome.kind === 'sent') passenger.settle(resultOf(passenger.item))
        else passenger.fail(sendErrorOf(outcome))
      },
    )
}

/** The coded error of a message that was not, or not certainly, sent. */
export function sendErrorOf(outcome: Exclude<SendOutcome, { kind: 'sent' }>): SendError {
  if (outcome.kind === 'unknown')
    return new SendError('queue_unavailable', 'the queue gave no answer', { cause: outcome.cause })
  return outcome.retryable
    ? new SendError('queue_unavailable', `the queue failed the message: ${outcome.code}`, {
        cause: outcome.code,
      })
    : new SendError('send_failed', `the queue refused the message: ${outcome.code}`, { cause: outcome.code })
}
