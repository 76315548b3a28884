import type { ParkedMessage } from '@comanda/shared/sqs'
import { StoreError } from '../../domain/ports.js'
import type { EventRelay, OrderStore, ParkedCommand } from '../../domain/ports.js'
import { unreadableOrderOf } from './read-command.js'

export interface ParkMessagesOptions {
  readonly store: OrderStore
  readonly relay: EventRelay
  /** Name of the queue that they came from. */
  readonly queue: string
  /** Told how many orders ended as rejected, since nobody can read their place. */
  readonly ended?: (orders: number) => void
}

/**
 * Makes a `park` for the consuming layer: keeps the messages and ends the orders that they name. What fails together is
 * tried one by one, and an order that cannot be ended does not keep its message from being parked. Rejects when even
 * that fails; the messages then stay in the queue.
 */
export function createParking({ store, relay, queue, ended }: ParkMessagesOptions) {
  async function park(commands: readonly ParkedCommand[]): Promise<void> {
    try {
      const { results, events } = await store.parkAll(commands)
      relay.publish(events)
      const rejected = results.filter((result) => result.kind === 'done' && result.status === 'rejected')
      if (rejected.length > 0) ended?.(rejected.length)
    } catch (error) {
      if (!(error instanceof StoreError) || error.code === 'away') throw error
      const [alone, ...more] = commands
      if (alone === undefined) throw error
      if (more.length > 0) {
        for (const command of commands) await park([command])
      } else if (alone.order !== undefined && error.code === 'value') {
        const { messageId, reason, body, receiveCount, sentAt } = alone
        await park([{ messageId, queue, reason, body, receiveCount, sentAt }])
      } else {
        throw error
      }
    }
  }

  return (parked: readonly ParkedMessage[]): Promise<void> => park(parked.map(commandOf))

  function commandOf({ message, reason }: ParkedMessage): ParkedCommand {
    const order = unreadableOrderOf(message)
    const { traceparent } = message.attributes
    return {
      messageId: message.id,
      queue,
      reason,
      body: message.body,
      receiveCount: message.receiveCount,
      sentAt: message.sentAt,
      ...(order === undefined ? {} : { order }),
      ...(traceparent === undefined ? {} : { traceParent: traceparent }),
    }
  }
}
