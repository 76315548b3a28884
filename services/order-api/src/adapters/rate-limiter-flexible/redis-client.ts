import { Redis } from 'ioredis'

/** A limit must not cost a request more than this; past it the replica counts by itself. */
const COMMAND_TIMEOUT_MS = 50
const MOST_RECONNECT_MS = 2_000

/** A client of Redis or Valkey for counting: nothing waits for a connection, and a lost one is tried again for ever. */
export function createRedisClient(url: string, onAvailable: (available: boolean) => void): Redis {
  let available: boolean | undefined
  const tell = (next: boolean) => {
    if (next === available) return
    available = next
    onAvailable(next)
  }
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 1_000,
    retryStrategy: (attempt) => Math.min(100 * attempt, MOST_RECONNECT_MS),
  })
  client.on('ready', () => tell(true))
  client.on('close', () => tell(false))
  // Every error is followed by `close`; without a listener it would end the process.
  client.on('error', () => undefined)
  return client
}
