import { fault } from '@comanda/shared/fault'
import {
  LanesClosedError,
  LanesFullError,
  SEND_BATCH_BYTES,
  SEND_BATCH_ENTRIES,
  createEntrySender,
  createLanes,
  departWith,
  messageBytes,
} from '@comanda/shared/sqs'
import type { EntrySender, OutgoingMessage, Passenger, QueueSender } from '@comanda/shared/sqs'
import { createDeadlines } from '../../deadlines.js'
import { ApiError } from '../../domain/api-error.js'
import type { CommandQueue, KeyOwners, QueuedCommand, SendResult } from '../../domain/ports.js'

export interface SqsCommandQueueOptions {
  readonly sender: QueueSender
  readonly keyOwners: KeyOwners
  readonly fifo: boolean
  readonly lanes: { readonly min: number; readonly max: number }
  readonly maxWaiting: number
  /** Most bytes of messages that wait: a few hundred of the largest orders would take all memory of a pod. */
  readonly maxWaitingBytes: number
  /** A caller gets its answer within this time; what has not left by then does not leave any more. */
  readonly budgetMs: number
  /** Makes a sender trace what it sends. */
  readonly trace?: (sender: EntrySender) => EntrySender
  /** Told of the orders and commands that leave together: how long each waited for it, in ms. */
  readonly onDeparture: (waitedMs: readonly number[]) => void
}

/** The queue with its lanes, which the composition root drains last and whose load is measured. */
export interface SqsCommandQueue extends CommandQueue {
  readonly waiting: number
  readonly underWay: number
  /** Orders and commands that the queue may have now: those of calls younger than its shortest round trip. */
  readonly travelling: number
  readonly laneCount: number
  drain(): Promise<void>
}

/**
 * Beside so many calls only full batches leave. All lanes for single orders would make a call for every order at a few
 * hundred a second, and a call costs more CPU than the order; with two, who comes while both are out waits for one of
 * them, half a round trip on average.
 */
const PARTIAL_LANES = 2

interface Item {
  readonly command: QueuedCommand
  readonly message: OutgoingMessage
}

/** Sends commands through lanes. Keys of the orders that leave together are looked up first, in one query. */
export function createSqsCommandQueue(options: SqsCommandQueueOptions): SqsCommandQueue {
  const { keyOwners, budgetMs, onDeparture, trace = (sender: EntrySender) => sender } = options
  const deadlines = createDeadlines(budgetMs)
  const sender = trace(createEntrySender(options.sender, { ordered: options.fifo }))
  const board = departWith<Item, SendResult>(sender, {
    messageOf: ({ message }) => message,
    resultOf: () => 'sent',
  })

  async function depart(passengers: readonly Passenger<Item, SendResult>[]): Promise<void> {
    const callersGoneBefore = performance.now() - budgetMs
    const waiting = passengers.filter((passenger) => {
      if (passenger.boardedAt > callersGoneBefore) return true
      passenger.fail(tooLate())
      return false
    })
    if (waiting.length === 0) return
    const now = performance.now()
    onDeparture(waiting.map(({ boardedAt }) => now - boardedAt))
    const leaving = await withoutKnown(waiting)
    if (leaving.length === 0) return
    await fault('order-api.before-send')
    await board(leaving)
  }

  /** Settles those whose key is stored already and returns the others. */
  async function withoutKnown(
    passengers: readonly Passenger<Item, SendResult>[],
  ): Promise<readonly Passenger<Item, SendResult>[]> {
    const claiming = passengers.filter(({ item }) => item.command.claim !== undefined)
    if (claiming.length === 0) return passengers
    const owners = await keyOwners.ownersOf(claiming.map(({ item }) => item.command.claim!))
    if (owners === undefined) return passengers
    const settled = new Set<Passenger<Item, SendResult>>()
    for (const [index, passenger] of claiming.entries()) {
      const owner = owners[index]
      if (owner === undefined) continue
      passenger.settle(owner === passenger.item.command.id ? 'known' : 'key_reused')
      settled.add(passenger)
    }
    return settled.size === 0 ? passengers : passengers.filter((passenger) => !settled.has(passenger))
  }

  const lanes = createLanes<Item, SendResult>({
    depart,
    sizeOf: ({ message }) => messageBytes(message),
    maxEntries: SEND_BATCH_ENTRIES,
    maxBytes: SEND_BATCH_BYTES,
    maxWaiting: options.maxWaiting,
    maxWaitingBytes: options.maxWaitingBytes,
    lanes: options.lanes,
    partialLanes: PARTIAL_LANES,
  })

  return {
    async send(command) {
      const sent = lanes.send({ command, message: messageOf(command, options.fifo) })
      try {
        const result = await deadlines.within(sent, tooLate)
        const held = fault('order-api.after-send')
        if (held !== undefined) await held
        return result
      } catch (error) {
        throw error instanceof ApiError ? error : refusalOf(error)
      }
    },
    get waiting() {
      return lanes.waiting
    },
    get underWay() {
      return lanes.underWay
    },
    get travelling() {
      return lanes.travelling
    },
    get laneCount() {
      return lanes.laneCount
    },
    drain: () => lanes.drain(),
  }
}

function messageOf(command: QueuedCommand, fifo: boolean): OutgoingMessage {
  const { id, subject, group, body, traceparent, orderId } = command
  return {
    body,
    groupId: fifo ? subject : group,
    deduplicationId: id,
    ...(orderId === undefined ? {} : { orderId }),
    ...(traceparent === undefined ? {} : { attributes: { traceparent } }),
  }
}

function tooLate(): ApiError {
  return new ApiError('queue_unavailable', 'The queue did not confirm in time. Send the same request again.')
}

function refusalOf(error: unknown): ApiError {
  return error instanceof LanesFullError || error instanceof LanesClosedError
    ? new ApiError('overloaded', 'Too many requests are waiting. Send the same request again.', {
        cause: error,
      })
    : new ApiError('queue_unavailable', 'The queue did not confirm. Send the same request again.', {
        cause: error,
      })
}
