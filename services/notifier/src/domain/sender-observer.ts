import type { ChannelName, ClaimedDelivery, DeliveryKey } from './delivery.js'

/** What sending tells about itself. The service turns it into metrics and log lines. All calls are cheap and never throw. */
export interface SenderObserver {
  /** An attempt ended after `durationMs`. */
  attempted(
    delivery: ClaimedDelivery,
    outcome: { readonly kind: string; readonly reason?: string },
    durationMs: number,
  ): void
  /** A delivery ended without having arrived. */
  gaveUp(delivery: ClaimedDelivery, reason: string): void
  /** These ended without a mail, since a newer event of their order has been mailed. */
  superseded(deliveries: readonly DeliveryKey[]): void
  /** A claim was given back without an attempt. */
  released(channel: ChannelName): void
  /** Sending pauses because the far end is away, or goes on. */
  gateMoved(channel: ChannelName, isOpen: boolean): void
  /** Work of our own failed; it is tried again. */
  failed(step: 'claim' | 'send' | 'record', error: unknown): void
}
