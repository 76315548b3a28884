import type { OrderEvent } from '@comanda/shared/messages'

/**
 * An event with the W3C trace context that it came in: CloudEvents' extension attribute of this name. It is stored with
 * the event, so that also a mail of days later belongs to its order's trace.
 */
export type TracedEvent = OrderEvent & { readonly traceparent?: string }

/** A way to tell a customer: `email`. Another one joins in the registry of `sending.ts` and in the check of `deliveries.channel`. */
export type ChannelName = string

/** One notification: the same event goes at most once to the same endpoint of a channel. */
export interface DeliveryKey {
  readonly eventId: string
  readonly channel: ChannelName
  /** For e-mail always `customer`. */
  readonly endpointId: string
}

/** A notification that an event asks for. */
export interface PlannedDelivery extends DeliveryKey {
  readonly event: TracedEvent
}

/** A notification that this process alone may send now. */
export interface ClaimedDelivery extends PlannedDelivery {
  /** How often it was claimed, this time included. */
  readonly attempts: number
  /** Names this very claim. Whoever took the delivery over after the claim ran out has another one. */
  readonly claim: string
}

/** What became of a claimed delivery. */
export type DeliveryResult =
  /** The receiver has it. True whatever became of the claim. */
  | { readonly kind: 'sent' }
  /** It can never arrive. `reason` is a code, never a server's text: those quote addresses. */
  | { readonly kind: 'dead'; readonly reason: string }
  /** Another attempt follows after `delaySeconds`. */
  | { readonly kind: 'retry'; readonly reason: string; readonly delaySeconds: number }
  /** Given back without having been tried: costs no attempt. */
  | { readonly kind: 'release'; readonly delaySeconds: number }

export interface RecordedResult {
  readonly delivery: ClaimedDelivery
  readonly result: DeliveryResult
}
