import { ApiError } from '../../domain/api-error.js'
import type { ErrorCode } from '../../domain/api-error.js'
import type { Reply } from './reply.js'

interface ProblemKind {
  readonly status: number
  readonly title: string
  /** For refusals that pass by themselves. */
  readonly retry?: true
}

/** The one table from error code to HTTP (RFC 9457). The `type` of a problem is stable and means the code. */
export const PROBLEMS: Readonly<Record<ErrorCode, ProblemKind>> = {
  malformed: { status: 400, title: 'The request cannot be read' },
  idempotency_key_missing: { status: 400, title: 'An Idempotency-Key is required' },
  unauthenticated: { status: 401, title: 'A valid token is required' },
  insufficient_scope: { status: 403, title: 'The token lacks a scope' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  not_acceptable: { status: 406, title: 'No acceptable form' },
  request_timeout: { status: 408, title: 'The request came too slowly' },
  order_state_forbids: { status: 409, title: "The order's state forbids it" },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  expectation_failed: { status: 417, title: 'The expectation cannot be met' },
  invalid_order: { status: 422, title: 'The order breaks a rule' },
  invalid_command: { status: 422, title: 'The command breaks a rule' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another order' },
  rate_limited: { status: 429, title: 'Too many requests', retry: true },
  too_many_at_once: { status: 429, title: 'Too many requests at once', retry: true },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Internal error' },
  overloaded: { status: 503, title: 'Too busy', retry: true },
  queue_unavailable: { status: 503, title: 'The queue cannot be reached', retry: true },
  orders_unavailable: { status: 503, title: 'The store cannot be read', retry: true },
  receipt_unverifiable: { status: 503, title: 'The receipt cannot be checked', retry: true },
  authentication_unavailable: { status: 503, title: 'Tokens cannot be checked', retry: true },
}

/** `type` of a problem document. */
export function problemType(code: ErrorCode): string {
  return `urn:comanda:problem:${code}`
}

/** Clients that were refused together should not come back together. */
const RETRY_AFTER_SECONDS = { min: 1, max: 3 } as const

/** An error as the caller sees it: what is not an `ApiError` is `internal` and shows nothing of itself. */
export function apiErrorOf(error: unknown): ApiError {
  return error instanceof ApiError
    ? error
    : new ApiError('internal', 'Something went wrong here. The request may be sent again.', { cause: error })
}

/** The problem document of an error. */
export function problemReply({ code, message, options }: ApiError): Reply {
  const { status, title, retry } = PROBLEMS[code]
  const { violations, extensions, headers } = options
  const body = JSON.stringify({
    type: problemType(code),
    title,
    status,
    detail: message,
    ...(violations === undefined ? {} : { errors: violations }),
    ...extensions,
  })
  const { min, max } = RETRY_AFTER_SECONDS
  return {
    status,
    body,
    headers: {
      'content-type': 'application/problem+json',
      ...(retry ? { 'retry-after': String(min + Math.floor(Math.random() * (max - min + 1))) } : {}),
      ...headers,
    },
  }
}
