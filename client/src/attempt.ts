import type { Fetch } from './options.js'

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Below the base URL, with its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  readonly idempotencyKey?: string
}

export interface Answer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly text: string
}

/**
 * Sends a request once and reads the whole answer, within `timeoutMs`. Rejects where there was no answer; with the
 * reason of `signal` once that aborts.
 */
export async function attempt(
  request: Request & { readonly url: string; readonly token: string; readonly content: string | undefined },
  { fetch, timeoutMs, signal }: { fetch: Fetch; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<Answer> {
  signal?.throwIfAborted()
  const ending = new AbortController()
  const stop = () => ending.abort(signal?.reason)
  const timer = setTimeout(() => ending.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: headersOf(request),
      ...(request.content === undefined ? {} : { body: request.content }),
      signal: ending.signal,
      redirect: 'manual',
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

function headersOf({ headers, token, content, idempotencyKey }: Parameters<typeof attempt>[0]) {
  return {
    accept: 'application/json, application/problem+json',
    authorization: `Bearer ${token}`,
    ...(content === undefined ? {} : { 'content-type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...headers,
  }
}
