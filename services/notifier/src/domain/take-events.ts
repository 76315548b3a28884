import { planDeliveries } from './channel.js'
import type { Channel } from './channel.js'
import type { ChannelName, DeliveryKey, TracedEvent } from './delivery.js'
import type { DeliveryStore } from './ports.js'
import type { Reservation, Sender } from './sender.js'

export interface TakenEvents {
  /** Events that nobody is told about: no address. */
  readonly withoutAddress: number
  /** Deliveries that are stored now. */
  readonly stored: number
  /** Deliveries that an earlier copy of the message has stored. */
  readonly known: number
  /** Deliveries that ended at once, since a newer event of their order has been mailed. */
  readonly superseded: readonly DeliveryKey[]
}

/** A channel and the one that sends for it. */
export interface SendingChannel {
  readonly channel: Channel
  readonly sender: Sender
}

/** Where deliveries go. */
export interface SendingSide {
  readonly channels: readonly SendingChannel[]
  readonly store: DeliveryStore
  /** How long a claim stands; the same for every sender. */
  readonly leaseMs: number
}

/**
 * Takes a batch of events: resolves once every delivery that they ask for is stored, then the messages may go. What a
 * sender has room for is stored as claimed and leaves at once; the rest waits for the sweep, which is woken.
 */
export async function takeEvents(
  events: readonly TracedEvent[],
  { channels, store, leaseMs }: SendingSide,
): Promise<TakenEvents> {
  const planned = planDeliveries(
    events,
    channels.map(({ channel }) => channel),
  )
  const told = new Set(planned.map(({ eventId }) => eventId))
  const withoutAddress = new Set(events.map(({ id }) => id)).size - told.size
  if (planned.length === 0) return { withoutAddress, stored: 0, known: 0, superseded: [] }

  const reservations = new Map<ChannelName, Reservation>()
  for (const { channel, sender } of channels) {
    const count = planned.filter((delivery) => delivery.channel === channel.name).length
    const reservation = sender.reserve(count)
    if (reservation !== undefined) reservations.set(channel.name, reservation)
  }
  try {
    const result = await store.store(planned, { channels: [...reservations.keys()], leaseMs })
    for (const [name, reservation] of reservations)
      reservation.take(result.claimed.filter(({ channel }) => channel === name))
    if (result.waiting > 0) for (const { sender } of channels) void sender.sweep()
    return {
      withoutAddress,
      stored: result.stored,
      known: planned.length - result.stored,
      superseded: result.superseded,
    }
  } catch (error) {
    for (const reservation of reservations.values()) reservation.cancel()
    throw error
  }
}
