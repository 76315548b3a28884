/** A mail that is ready to leave. Every value is of one line, except the two bodies. */
export interface OutgoingMail {
  /** Constant over all attempts, so that a receiver can tell copies apart from news. */
  readonly messageId: string
  readonly from: MailAddress
  readonly to: MailAddress
  readonly subject: string
  readonly language: string
  readonly eventId: string
  readonly orderId: string
  /** The W3C trace context that it belongs to, where somebody traces. */
  readonly traceparent?: string | undefined
  readonly text: string
  readonly html: string
}

export interface MailAddress {
  readonly name: string
  readonly address: string
}
