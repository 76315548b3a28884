/** Everything that a request can be refused for: a closed set. What each means in HTTP is decided at the edge alone. */
export type ErrorCode =
  | 'malformed'
  | 'idempotency_key_missing'
  | 'unauthenticated'
  | 'insufficient_scope'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'request_timeout'
  | 'order_state_forbids'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'expectation_failed'
  | 'invalid_order'
  | 'invalid_command'
  | 'idempotency_key_reused'
  | 'rate_limited'
  | 'too_many_at_once'
  | 'headers_too_large'
  | 'internal'
  | 'overloaded'
  | 'queue_unavailable'
  | 'orders_unavailable'
  | 'receipt_unverifiable'
  | 'authentication_unavailable'

/** One place in a request that breaks a rule, and the rule; never the value. */
export type Violation = (
  | {
      /** RFC 6901 pointer into the body. */
      readonly pointer: string
    }
  | {
      /** Name of a query parameter. */
      readonly parameter: string
    }
  | { readonly header: string }
) & { readonly detail: string }

export interface ApiErrorOptions extends ErrorOptions {
  readonly violations?: readonly Violation[]
  /** Members of the problem document beside the standard ones, like `accepted`. */
  readonly extensions?: Readonly<Record<string, string | boolean>>
  readonly headers?: Readonly<Record<string, string>>
}

/** A refusal with a code of the closed set. `message` is shown to the client, so it never repeats what was sent. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly options: ApiErrorOptions

  constructor(code: ErrorCode, message: string, options: ApiErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.options = options
  }
}
