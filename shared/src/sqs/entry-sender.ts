import { setTimeout as wait } from 'node:timers/promises'
import { createGroupOrder } from './group-order.js'
import type { GroupTicket } from './group-order.js'
import { messageBytes } from './message-bytes.js'
import { SEND_BATCH_BYTES, SEND_BATCH_ENTRIES } from './queue-sender.js'
import type { EntryResult, OutgoingMessage, QueueSender } from './queue-sender.js'

/** What finally became of a message. `unknown`: its call failed as a whole, it may have been sent. */
export type SendOutcome = EntryResult | { readonly kind: 'unknown'; readonly cause: unknown }

export interface EntrySenderOptions {
  /** How often an entry is tried that the queue failed with no fault of the sender, the first time included. Default 3. */
  readonly attempts?: number
  /** Longest wait before the first further try; doubled for each more, full jitter. Default 50 ms. */
  readonly retryDelayMs?: number
  /**
   * Keeps the order of each group: a message waits until the one before it in its group is settled, also over calls
   * that run side by side. For `.fifo` queues; costs calls, so leave it off for standard ones. Default false.
   */
  readonly ordered?: boolean
  /** Numbers in [0, 1) for the jitter. */
  readonly random?: () => number
}

/** Sends messages with an outcome of its own for each, known as soon as it can be. */
export interface EntrySender {
  /**
   * Sends up to one call's worth of messages (ten, 1 MiB) and tells each outcome once, by index. Failed entries are
   * tried again without the others; a failed call is not (the client has tried it already). Never rejects.
   */
  send(
    messages: readonly OutgoingMessage[],
    settled: (index: number, outcome: SendOutcome) => void,
  ): Promise<void>
  /**
   * Sends any number of messages in as few calls as they fit, `calls` of them at a time (default 4). Resolves with one
   * outcome per message, in the same order. Never rejects.
   */
  sendAll(messages: readonly OutgoingMessage[], calls?: number): Promise<readonly SendOutcome[]>
}

interface Entry {
  readonly index: number
  readonly message: OutgoingMessage
  readonly ticket: GroupTicket | undefined
}

/** Creates an entry sender on top of `sender`. */
export function createEntrySender(sender: QueueSender, options: EntrySenderOptions = {}): EntrySender {
  const { attempts = 3, retryDelayMs = 50, random = Math.random } = options
  const order = options.ordered ? createGroupOrder() : undefined

  async function trySend(
    entries: readonly Entry[],
    settled: (entry: Entry, outcome: SendOutcome) => void,
  ): Promise<void> {
    let left = entries
    for (let attempt = 1; left.length > 0; attempt += 1) {
      let results: readonly EntryResult[]
      try {
        results = await sender.sendBatch(left.map(({ message }) => message))
      } catch (cause) {
        for (const entry of left) settled(entry, { kind: 'unknown', cause })
        return
      }
      const again: Entry[] = []
      for (const [position, entry] of left.entries()) {
        const result = results[position] ?? { kind: 'unknown', cause: new Error('a sender gave no result') }
        if (result.kind === 'failed' && result.retryable && attempt < attempts) again.push(entry)
        else settled(entry, result)
      }
      left = again
      if (left.length > 0) await wait(random() * retryDelayMs * 2 ** (attempt - 1))
    }
  }

  async function sendInOrder(
    entries: readonly Entry[],
    settled: (entry: Entry, outcome: SendOutcome) => void,
    changed: () => Promise<void>,
  ): Promise<void> {
    const leave = (entry: Entry, outcome: SendOutcome): void => {
      entry.ticket?.leave()
      settled(entry, outcome)
    }
    let left = entries
    while (left.length > 0) {
      // At most one of a group is first, so a failed entry never has a later one of its group beside it.
      const ready = left.filter(({ ticket }) => ticket?.isFirst)
      if (ready.length === 0) await changed()
      else await trySend(ready, leave)
      left = left.filter((entry) => !ready.includes(entry))
    }
  }

  function send(
    messages: readonly OutgoingMessage[],
    settled: (index: number, outcome: SendOutcome) => void,
  ): Promise<void> {
    const entries = messages.map((message, index) => ({
      index,
      message,
      ticket: order?.enter(message.groupId),
    }))
    const settle = ({ index }: Entry, outcome: SendOutcome): void => settled(index, outcome)
    return order === undefined ? trySend(entries, settle) : sendInOrder(entries, settle, order.change)
  }

  async function sendAll(messages: readonly OutgoingMessage[], calls = 4): Promise<readonly SendOutcome[]> {
    const outcomes: SendOutcome[] = []
    const batches = batchesOf(messages)
    const sendNext = async (): Promise<void> => {
      for (const { start, end } of batches) {
        await send(messages.slice(start, end), (index, outcome) => {
          outcomes[start + index] = outcome
        })
      }
    }
    await Promise.all(Array.from({ length: calls }, sendNext))
    return outcomes
  }

  return { send, sendAll }
}

/** Cuts messages into stretches that fit one call. Lazily, so that several takers can share it. */
function* batchesOf(messages: readonly OutgoingMessage[]): Generator<{ start: number; end: number }> {
  let start = 0
  let bytes = 0
  for (const [index, message] of messages.entries()) {
    const size = messageBytes(message)
    if (index > start && (index - start === SEND_BATCH_ENTRIES || bytes + size > SEND_BATCH_BYTES)) {
      yield { start, end: index }
      start = index
      bytes = 0
    }
    bytes += size
  }
  if (start < messages.length) yield { start, end: messages.length }
}
