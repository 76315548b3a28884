import { setTimeout as delay } from 'node:timers/promises'
import { Agent, request } from 'undici'

/** The last answer to a request, after all its retries. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  /** The API knew the request already. */
  readonly replayed: boolean
  /** Time of the attempt that was answered, in ms. */
  readonly durationMs: number
}

/** A client as a shop would write it: keep-alive, a time-out, and retries of the same request under the same key. */
export interface Storefront {
  /** Resolves with the answer, or with undefined when there was none after all attempts. */
  send(method: 'GET' | 'POST' | 'PUT', path: string, options?: SendOptions): Promise<Answer | undefined>
  close(): Promise<void>
}

export interface SendOptions {
  readonly key?: string
  readonly body?: unknown
}

const ATTEMPTS = 30
const TIMEOUT_MS = 10_000
const LONGEST_PAUSE_MS = 2_000

export function createStorefront(apiUrl: string, token: string, connections: number): Storefront {
  const agent = new Agent({ connections, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS })

  async function attempt(method: 'GET' | 'POST' | 'PUT', path: string, { key, body }: SendOptions) {
    const startedAt = performance.now()
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
    const answer: Answer = {
      status: response.statusCode,
      body: await response.body.json(),
      replayed: response.headers['idempotency-replayed'] === 'true',
      durationMs: performance.now() - startedAt,
    }
    return { answer, retryAfter: response.headers['retry-after'] }
  }

  return {
    async send(method, path, options = {}) {
      for (let tried = 1; tried <= ATTEMPTS; tried += 1) {
        let pauseMs = Math.min(LONGEST_PAUSE_MS, 50 * 2 ** tried) * Math.random()
        try {
          const { answer, retryAfter } = await attempt(method, path, options)
          if (answer.status !== 503 && answer.status !== 429) return answer
          if (typeof retryAfter === 'string') pauseMs += Number(retryAfter) * 1_000
        } catch {
          // No answer says nothing of the order: the same request under the same key is safe to send again.
        }
        await delay(pauseMs)
      }
      return undefined
    },
    close: () => agent.close(),
  }
}
