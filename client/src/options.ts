/**
 * What the client asks of HTTP: `globalThis.fetch` fits, and so does a few lines around any other library. An answer of
 * any status resolves; rejecting says that there was none. `signal` ends a request, its body included.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchedAnswer>

export interface FetchInit {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly signal: AbortSignal
  /** Redirects are answers like others: a token goes nowhere but to the API. */
  readonly redirect: 'manual'
}

export interface FetchedAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

/** How often and how patiently a request is sent again. */
export interface Retries {
  /** Attempts in all, the first included. Default 8. */
  readonly attempts: number
  /** Pauses are drawn between 0 and a ceiling (full jitter) that starts here and doubles, in ms. Default 100. */
  readonly firstPauseMs: number
  /** The ceiling grows no further than this, in ms. What a Retry-After asks for comes on top. Default 5,000. */
  readonly longestPauseMs: number
}

export const DEFAULT_RETRIES: Retries = { attempts: 8, firstPauseMs: 100, longestPauseMs: 5_000 }

/** Longer than any time-out on the API's side, in ms. */
export const DEFAULT_ATTEMPT_TIMEOUT_MS = 10_000

export const DEFAULT_DEADLINE_MS = 60_000

export interface CallOptions {
  /** Ends the call, its pauses included; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Time for the call with all of its attempts, in ms; `Infinity` is allowed. Default: the client's. */
  readonly deadlineMs?: number | undefined
}

export interface WriteOptions extends CallOptions {
  /**
   * Names the write, 16 to 255 characters: the same key is the same write, whoever repeats it and when. Default: a random
   * one, made once a call. Give your own where a write must survive a restart of your process.
   */
  readonly idempotencyKey?: string | undefined
}
