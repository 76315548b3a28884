/** One message to send. */
export interface OutgoingMessage {
  /** The body as it travels: ASCII JSON. */
  readonly body: string
  /** String attributes such as `traceparent`; empty values are left out. */
  readonly attributes?: Readonly<Record<string, string>>
  /** MessageGroupId: fairness on standard queues, order on `.fifo` ones. */
  readonly groupId: string
  /** MessageDeduplicationId on `.fifo` queues, ignored on standard ones. */
  readonly deduplicationId: string
  /** The order that it is about, where it is about one. For traces; does not travel. */
  readonly orderId?: string
}

/** What became of one entry of a batch. */
export type EntryResult =
  | { readonly kind: 'sent' }
  /** `retryable` is false where the queue says that the sender is at fault. */
  | { readonly kind: 'failed'; readonly code: string; readonly retryable: boolean }

/** Sends up to ten messages, 1 MiB in all, in one call. */
export interface QueueSender {
  /**
   * Resolves with one result per message, in the same order. HTTP 200 does not mean sent: each entry has its own
   * result. Rejects when the call as a whole failed or its outcome is unknown; then any message may have been sent.
   */
  sendBatch(messages: readonly OutgoingMessage[]): Promise<readonly EntryResult[]>
}

/** Limits of SendMessageBatch (AWS SQS quotas). */
export const SEND_BATCH_ENTRIES = 10
export const SEND_BATCH_BYTES = 1024 * 1024
