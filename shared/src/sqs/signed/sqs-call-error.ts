/**
 * A call that the queue answered with an error. `name` is the queue's own code for it and `$metadata` has the status,
 * as in the errors of the SDK, so that the SDK's rules for retries apply to both.
 */
export class SqsCallError extends Error {
  override readonly name: string
  readonly $metadata: { readonly httpStatusCode: number; clockSkewCorrected?: true }

  constructor(code: string, message: string, httpStatusCode: number) {
    super(message)
    this.name = code
    this.$metadata = { httpStatusCode }
  }
}
