import type { OrderEvent } from '@comanda/shared/messages'
import type { ChannelName, ClaimedDelivery, PlannedDelivery, TracedEvent } from './delivery.js'
import type { SendOutcome } from './ports.js'

/** One way to tell a customer. */
export interface Channel {
  readonly name: ChannelName
  /** The endpoints of this channel that an event goes to; none is an answer too. */
  endpointsOf(event: OrderEvent): readonly string[]
  /** One attempt. Rejects only for a defect of ours. */
  send(delivery: ClaimedDelivery): Promise<SendOutcome>
}

/** The deliveries that events ask for, each once. */
export function planDeliveries(
  events: readonly TracedEvent[],
  channels: readonly Channel[],
): readonly PlannedDelivery[] {
  // A queue may hand out the same event twice in one batch.
  const distinct = new Map(events.map((event) => [event.id, event]))
  return [...distinct.values()].flatMap((event) =>
    channels.flatMap((channel) =>
      channel
        .endpointsOf(event)
        .map((endpointId) => ({ eventId: event.id, channel: channel.name, endpointId, event })),
    ),
  )
}
