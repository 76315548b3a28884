import type { ComandaClient } from '@comanda/client'
import type { LogCanary } from './log-canary.js'
import { createTestClient } from './test-client.js'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The JSON of the answer, undefined where there is none; anything until a test looks at it. */
  readonly body: ReturnType<typeof JSON.parse>
}

export interface RequestOptions {
  readonly key?: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, in place of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
  /** Added to the request's own; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** Speaks with the API on behalf of one caller. */
export interface ApiClient {
  readonly actor: string
  /** For what a caller does who behaves well: the published client. */
  readonly typed: ComandaClient
  /** One HTTP request as a test wants it, malformed ones included. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
}

/** An answer that takes longer is a failure of its own: the API promises one within two seconds, a wait within twenty. */
const ANSWER_TIMEOUT_MS = 25_000

/** Creates a client. What it carries and is given that must never be logged is made known to the canary. */
export function createApiClient(options: {
  readonly apiUrl: string
  readonly actor: string
  readonly token: string
  readonly canary: LogCanary
}): ApiClient {
  const { apiUrl, actor, token, canary } = options
  const noteReceipt = (path: string | null) => {
    const receipt = /[?&]receipt=([^&]+)/.exec(path ?? '')?.[1]
    if (receipt !== undefined) canary.secret(receipt)
  }
  return {
    actor,
    typed: createTestClient({ apiUrl, token, canary }),
    async request(method, path, { key, body, raw, headers = {} } = {}) {
      const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const all: Record<string, string | undefined> = {
        authorization: `Bearer ${token}`,
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      }
      // Refused ones too: a log line is written for each refusal.
      if (key !== undefined) canary.secret(key)
      if (all['authorization'] !== undefined) canary.secret(all['authorization'].replace('Bearer ', ''))
      noteReceipt(path)
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
        ...(content === undefined ? {} : { body: content }),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      })
      const text = await response.text()
      noteReceipt(response.headers.get('location'))
      if (!response.ok) canary.refusal(text)
      const isJson = /json/.test(response.headers.get('content-type') ?? '')
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson && text !== '' ? JSON.parse(text) : undefined,
      }
    },
  }
}
