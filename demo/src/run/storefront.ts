import { setTimeout as delay } from 'node:timers/promises'
import { Agent, request } from 'undici'

/** The last answer to a request, after all its retries. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  /** The API knew the request already. */
  readonly replayed: boolean
  readonly attempts: number
}

/** A client as a shop would write it: keep-alive, a time-out, and retries of the same request under the same key. */
export interface Storefront {
  /** Resolves with the answer, or with undefined when there was none after all attempts or the client was stopped. */
  send(method: Method, path: string, options?: SendOptions): Promise<Answer | undefined>
  close(): Promise<void>
}

type Method = 'GET' | 'POST' | 'PUT'

export interface SendOptions {
  readonly key?: string
  readonly body?: unknown
}

const ATTEMPTS = 30
const TIMEOUT_MS = 10_000
const LONGEST_PAUSE_MS = 2_000

/** `stop` ends all retries; requests under way are still answered. */
export function createStorefront(options: {
  readonly apiUrl: string
  readonly token: string
  readonly connections: number
  readonly stop: AbortSignal
}): Storefront {
  const { apiUrl, token, connections, stop: signal } = options
  const agent = new Agent({ connections, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS })

  async function attempt(method: Method, path: string, { key, body }: SendOptions) {
    const response = await request(apiUrl + path, {
      dispatcher: agent,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const answer = {
      status: response.statusCode,
      body: await response.body.json(),
      replayed: response.headers['idempotency-replayed'] === 'true',
    }
    return { answer, retryAfterMs: Number(response.headers['retry-after'] ?? 0) * 1_000 }
  }

  return {
    async send(method, path, sendOptions = {}) {
      for (let attempts = 1; attempts <= ATTEMPTS && !signal.aborted; attempts += 1) {
        let pauseMs = Math.min(LONGEST_PAUSE_MS, 50 * 2 ** attempts) * Math.random()
        try {
          const { answer, retryAfterMs } = await attempt(method, path, sendOptions)
          if (answer.status !== 503 && answer.status !== 429) return { ...answer, attempts }
          pauseMs += retryAfterMs
        } catch {
          // No answer says nothing of the order: the same request under the same key is safe to send again.
        }
        await delay(pauseMs, undefined, { signal }).catch(() => undefined)
      }
      return undefined
    },
    close: () => agent.close(),
  }
}
