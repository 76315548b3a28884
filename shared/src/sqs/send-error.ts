/**
 * - `send_failed`: the queue refused this message; sending it again cannot help.
 * - `queue_unavailable`: the queue could not be reached, or gave no clear answer in time. The message may have been
 *   sent; the same message may be sent again.
 */
export type SendErrorCode = 'send_failed' | 'queue_unavailable'

/** A message that was not, or not certainly, sent. `cause` is the failed call, or the code of the failed entry. */
export class SendError extends Error {
  override readonly name = 'SendError'
  readonly code: SendErrorCode

  constructor(code: SendErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
