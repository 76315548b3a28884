import { ComandaError, createComandaClient } from '@comanda/client'
import type { ComandaClient, Fetch, OrderDocument } from '@comanda/client'
import { Agent, request } from 'undici'

/** What became of an order after all attempts: its id with a 202, or the status of its refusal. */
export type Answer = { readonly attempts: number } & (
  { readonly status: 202; readonly id: string } | { readonly status: number; readonly id?: undefined }
)

/** A shop's own use of the published client: keep-alive, and retries of the same request under the same key. */
export interface Storefront {
  /** Resolves with the answer, or with undefined when there was none after all attempts or the client was stopped. */
  place(order: OrderDocument, key: string): Promise<Answer | undefined>
  /** For everything else. */
  readonly client: ComandaClient
  close(): Promise<void>
}

/** `stop` ends all that is under way. */
export function createStorefront(options: {
  readonly apiUrl: string
  readonly token: string
  readonly connections: number
  readonly stop: AbortSignal
}): Storefront {
  const { apiUrl, token, connections, stop } = options
  const agent = new Agent({ connections })
  const client = createComandaClient({
    baseUrl: apiUrl,
    token,
    fetch: fetchThrough(agent),
    retries: { attempts: 30, firstPauseMs: 100, longestPauseMs: 2_000 },
    deadlineMs: Infinity,
  })
  return {
    client,
    async place(order, key) {
      try {
        const { id, attempts } = await client.placeOrder(order, { idempotencyKey: key, signal: stop })
        return { status: 202, id, attempts }
      } catch (error) {
        if (stop.aborted) return undefined
        if (!(error instanceof ComandaError)) throw error
        const { status, attempts, retryable } = error
        return status === undefined || retryable ? undefined : { status, attempts }
      }
    },
    close: () => agent.close(),
  }
}

/** The pool's own call, which costs less than `fetch`: the client shares its cores with the services here. */
function fetchThrough(agent: Agent): Fetch {
  return async (url, { method, headers, body, signal }) => {
    const response = await request(url, {
      dispatcher: agent,
      method,
      headers,
      body: body ?? null,
      signal,
    })
    return {
      status: response.statusCode,
      headers: { get: (name) => [response.headers[name] ?? null].flat()[0] ?? null },
      text: () => response.body.text(),
    }
  }
}
