import { createComandaClient } from '@comanda/client'
import type { ComandaClient, Fetch, Token } from '@comanda/client'
import type { LogCanary } from './log-canary.js'
import { PATIENCE } from './patience.js'

/**
 * The published client, for callers who behave well and give nothing up within 20 s. What it carries and is given is made known to the
 * canary.
 */
export function createTestClient(options: {
  readonly apiUrl: string
  readonly token: Token
  readonly canary: LogCanary
}): ComandaClient {
  const { apiUrl, token, canary } = options
  return createComandaClient({
    baseUrl: apiUrl,
    token,
    fetch: watched(canary),
    retries: { attempts: Infinity, firstPauseMs: 20, longestPauseMs: 200 },
    attemptTimeoutMs: 5_000,
    deadlineMs: 20_000 * PATIENCE,
    // The client would try again and hide it.
    onAttempt({ method, path, status }) {
      if (status === 500) throw new Error(`${method} ${path} met an internal error`)
    },
  })
}

function watched(canary: LogCanary): Fetch {
  const note = (value: string | null | undefined) => {
    if (value !== null && value !== undefined) canary.secret(value)
  }
  const receiptIn = (url: string | null) => /[?&]receipt=([^&]+)/.exec(url ?? '')?.[1]
  return async (url, init) => {
    note(init.headers['authorization']?.replace('Bearer ', ''))
    note(init.headers['idempotency-key'])
    note(receiptIn(url))
    const response = await fetch(url, init)
    const text = await response.text()
    note(receiptIn(response.headers.get('location')))
    if (!response.ok) canary.refusal(text)
    return { status: response.status, headers: response.headers, text: () => Promise.resolve(text) }
  }
}
