import type { Logger } from '@comanda/shared/logging'
import { createAccountSlots } from './adapters/http/account-limits.js'
import type { AccountBuckets, AccountSlots } from './adapters/http/account-limits.js'
import { createAccountBuckets } from './adapters/rate-limiter-flexible/account-buckets.js'
import { createRedisClient } from './adapters/rate-limiter-flexible/redis-client.js'
import type { Config } from './config.js'
import type { Metrics } from './metrics.js'

/** What an account may ask for: in a time, and at once. */
export interface Limiting {
  readonly limits: { readonly buckets: AccountBuckets; readonly slots: AccountSlots }
  close(): void
}

export interface LimitingOptions {
  readonly config: Config
  readonly metrics: Metrics
  readonly logger: Logger
}

/** Counts with all replicas where the settings name a Redis, and alone where they do not, or while it is away. */
export function createLimiting({ config, metrics, logger }: LimitingOptions): Limiting {
  const redis =
    config.RATE_LIMIT_REDIS_URL === undefined
      ? undefined
      : createRedisClient(config.RATE_LIMIT_REDIS_URL, (shared) => {
          metrics.countsShared(shared)
          if (shared) logger.info('the requests of accounts are counted with all replicas')
          else logger.warn('the requests of accounts are counted by this replica alone')
        })
  const buckets = createAccountBuckets({
    perSecond: { reads: config.RATE_LIMIT_READS_PER_SECOND, writes: config.RATE_LIMIT_WRITES_PER_SECOND },
    windowSeconds: config.RATE_LIMIT_WINDOW_SECONDS,
    maxAccounts: config.RATE_LIMIT_MAX_ACCOUNTS,
    ...(redis === undefined ? {} : { redis }),
  })
  const slots = createAccountSlots(config.MAX_REQUESTS_PER_ACCOUNT)
  return { limits: { buckets, slots }, close: () => redis?.disconnect() }
}
