import type { ServerOptions } from '../src/adapters/http/server.js'

/** Where and how tests listen: nothing is slow there by itself. */
export const LOCAL_SERVER = {
  host: '127.0.0.1',
  port: 0,
  keepAliveTimeoutMs: 1_000,
  headersTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
  maxConnections: 100,
} as const satisfies Omit<ServerOptions, 'listener'>
