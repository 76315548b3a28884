import type {
  ChannelName,
  ClaimedDelivery,
  DeliveryKey,
  PlannedDelivery,
  RecordedResult,
} from './delivery.js'
import type { OutgoingMail } from './outgoing-mail.js'

/** How newly stored deliveries are claimed in the same breath, so that they can be sent without asking again. */
export interface ClaimTerms {
  /** Channels whose sender has room now. Deliveries of others are stored unclaimed, for the sweep. */
  readonly channels: readonly ChannelName[]
  readonly leaseMs: number
}

export interface Claims {
  /** To be sent now, by this process alone until the lease is over. */
  readonly claimed: readonly ClaimedDelivery[]
  /** Ended without a mail, since a newer event of their order has been mailed. */
  readonly superseded: readonly DeliveryKey[]
}

export interface StoredDeliveries extends Claims {
  /** Stored now: claimed, superseded and waiting ones. The rest was known before. */
  readonly stored: number
  /** Stored and left to the sweep: no room, or another delivery of the order goes first. */
  readonly waiting: number
}

/**
 * The deliveries and their schedule. Times are the store's own clock. Three promises hold over any number of
 * processes: one claim at a time per order, channel and endpoint; the older event of an order is claimed first while
 * both wait (unless its next attempt is more than a minute off); and what is claimed is newer than all that was
 * mailed for its order.
 */
export interface DeliveryStore {
  /** Stores all of them or none. One that is known already stays as it is. */
  store(deliveries: readonly PlannedDelivery[], terms: ClaimTerms): Promise<StoredDeliveries>
  /** Claims up to `limit` deliveries that are due, those whose claim ran out included, oldest first. */
  claimDue(channel: ChannelName, limit: number, leaseMs: number): Promise<Claims>
  /**
   * Records results, all or none, and resolves with how many of their orders have another delivery waiting. A result
   * other than `sent` counts only while its claim stands; a finished delivery forgets its event and never changes.
   */
  record(results: readonly RecordedResult[]): Promise<number>
}

/** Records results as they come, in as few calls as the load allows. */
export interface ResultRecorder {
  /** Resolves, with whether another delivery of the order waits, once the result is stored. Retries while the store is away. */
  record(result: RecordedResult): Promise<boolean>
  /** True while results cannot be stored: claims that run out now may be of mails that have been sent. */
  readonly isBehind: boolean
}

/** Takes mails to where they are delivered from: SMTP, or a provider's API. */
export interface MailTransport {
  /** Settles within the transport's own time limit. Rejects only for a defect of ours. */
  send(mail: OutgoingMail): Promise<SendOutcome>
}

/** What a channel's far end made of one attempt. Reasons are codes without personal data. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  /** Refused for good, for this notification alone (SMTP 5xx). */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Refused for now (SMTP 4xx). */
  | { readonly kind: 'deferred'; readonly reason: string }
  /** No connection, no log-in or no answer in time: says nothing about the notification; it may even have arrived. */
  | { readonly kind: 'no_answer'; readonly reason: string }
