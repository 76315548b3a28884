/** A message as the consuming layer hands it to a handler. */
export interface ReceivedMessage {
  /** The queue's own message id: stable over redeliveries, new after a redrive. */
  readonly id: string
  readonly body: string
  readonly receiptHandle: string
  /** How often the queue has handed this message out, this time included. */
  readonly receiveCount: number
  /** When the producer sent it (SentTimestamp). */
  readonly sentAt: Date
  /** When the queue handed it out for the first time (ApproximateFirstReceiveTimestamp). */
  readonly firstReceivedAt: Date
  /** MessageGroupId: order of handling on FIFO queues, fairness on standard ones. */
  readonly groupId?: string
  /** String message attributes, such as `traceparent`. */
  readonly attributes: Readonly<Record<string, string>>
}
