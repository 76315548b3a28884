import { attempt } from './attempt.js'
import type { Answer, Request } from './attempt.js'
import { ComandaError, refusalOf } from './comanda-error.js'
import type { Fetch, Retries } from './options.js'
import { pause, pauseMsAfter } from './pause.js'
import { retryAfterMsOf } from './retry-after.js'
import type { TokenSource } from './token.js'

/** One attempt of a call, as the hook is told of it. Holds no token, no receipt and no content. */
export interface Attempt {
  readonly method: string
  /** Without its query: that may hold a receipt. */
  readonly path: string
  readonly idempotencyKey: string | undefined
  /** Counted from 1 within the call. */
  readonly attempt: number
  /** Undefined where there was no answer: then `error` says why. */
  readonly status: number | undefined
  readonly error: unknown
  readonly durationMs: number
  /** Pause before the next attempt; undefined where this was the last. */
  readonly pauseMs: number | undefined
}

/** What every call of a client shares. */
export interface Wire {
  readonly baseUrl: string
  readonly tokens: TokenSource
  readonly fetch: Fetch
  readonly retries: Retries
  readonly attemptTimeoutMs: number
  readonly onAttempt: ((attempt: Attempt) => void) | undefined
}

/** The bounds of one call. */
export interface Bounds {
  readonly signal: AbortSignal | undefined
  /** By `performance.now()`. */
  readonly deadlineAt: number
  /** Instead of the client's own. */
  readonly attempts?: number
  readonly attemptTimeoutMs?: number
}

export interface Answered extends Answer {
  readonly attempts: number
}

type Outcome =
  | { readonly answer: Answer; readonly failure: undefined }
  | { readonly answer: Answer | undefined; readonly failure: ComandaError }

/**
 * Sends a request until it has an answer that stands: no answer and answers that pass by themselves are followed by the
 * same request under the same key. Resolves with a 2xx or 304. Rejects with a `ComandaError`, or the signal's reason.
 */
export async function send(wire: Wire, request: Request, bounds: Bounds): Promise<Answered> {
  const { signal, deadlineAt, attempts = wire.retries.attempts } = bounds
  const content = request.body === undefined ? undefined : JSON.stringify(request.body)
  const url = wire.baseUrl + request.path
  const first = await wire.tokens.current()
  let token = first
  let limit = attempts
  for (let number = 1; ; number += 1) {
    const startedAt = performance.now()
    const longestMs = bounds.attemptTimeoutMs ?? wire.attemptTimeoutMs
    const { answer, failure } = await outcomeOf(
      attempt(
        { ...request, url, token, content },
        { fetch: wire.fetch, timeoutMs: Math.max(1, Math.min(longestMs, deadlineAt - startedAt)), signal },
      ),
      signal,
    )
    const renewed = answer?.status === 401 && token === first ? await wire.tokens.renewed(first) : undefined
    if (renewed !== undefined) limit += 1 // what the old token was refused for costs no attempt
    const now = performance.now()
    const pauseMs = renewed === undefined ? failure && pauseAfter(failure, number, wire.retries) : 0
    const isLast = pauseMs === undefined || number >= limit || now + pauseMs >= deadlineAt
    wire.onAttempt?.({
      method: request.method,
      path: request.path.split('?', 1)[0]!,
      idempotencyKey: request.idempotencyKey,
      attempt: number,
      status: answer?.status,
      error: failure?.cause,
      durationMs: now - startedAt,
      pauseMs: isLast ? undefined : pauseMs,
    })
    if (failure === undefined) return { ...answer, attempts: number }
    if (isLast) throw told(failure, number, request)
    if (renewed !== undefined) token = renewed
    else await pause(pauseMs, signal)
  }
}

async function outcomeOf(answering: Promise<Answer>, signal: AbortSignal | undefined): Promise<Outcome> {
  try {
    const answer = await answering
    const { status, headers, text } = answer
    if ((status >= 200 && status < 300) || status === 304) return { answer, failure: undefined }
    const retryAfterMs = retryAfterMsOf(headers, Date.now())
    return { answer, failure: refusalOf(status, headers.get('content-type'), text, retryAfterMs) }
  } catch (cause) {
    signal?.throwIfAborted()
    return { answer: undefined, failure: new ComandaError('no_answer', 'The API did not answer.', { cause }) }
  }
}

function pauseAfter(failure: ComandaError, number: number, retries: Retries): number | undefined {
  return failure.retryable ? (failure.retryAfterMs ?? 0) + pauseMsAfter(number, retries) : undefined
}

function told(failure: ComandaError, attempts: number, { idempotencyKey }: Request): ComandaError {
  failure.attempts = attempts
  failure.idempotencyKey = idempotencyKey
  return failure
}
