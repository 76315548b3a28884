import { createComandaClient } from '../src/index.js'
import type { Attempt, ComandaClient, ComandaClientOptions, OrderDocument } from '../src/index.js'
import { startMisbehavingServer } from './misbehaving-server.js'
import type { MisbehavingServer, Step } from './misbehaving-server.js'

export const ORDER: OrderDocument = {
  reference: '1',
  currency: 'GBP',
  lines: [{ sku: 'HEART', quantity: 1 }],
}

export interface Bench {
  readonly client: ComandaClient
  readonly server: MisbehavingServer
  readonly attempts: readonly Attempt[]
}

/** Starts servers with their clients, whose pauses are short, and ends them together. */
export function createBenches() {
  const servers: MisbehavingServer[] = []
  return {
    async open(script: readonly Step[], options: Partial<ComandaClientOptions> = {}): Promise<Bench> {
      const server = await startMisbehavingServer(...script)
      servers.push(server)
      const attempts: Attempt[] = []
      const client = createComandaClient({
        baseUrl: server.url,
        token: 'token-1',
        onAttempt: (attempt) => attempts.push(attempt),
        ...options,
        retries: { firstPauseMs: 1, longestPauseMs: 5, ...options.retries },
      })
      return { client, server, attempts }
    },
    async close(): Promise<void> {
      await Promise.all(servers.splice(0).map((server) => server.stop()))
    },
  }
}

/** The failure of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol('none')
  const failure: unknown = await call.then(
    () => nothing,
    (error: unknown) => error,
  )
  if (failure === nothing) throw new Error('the call succeeded')
  return failure
}
