import type { Redis } from 'ioredis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import type { AccountBuckets, Allowance, RequestKind } from '../http/account-limits.js'
import { BoundedLimiter } from './bounded-limiter.js'

export interface AccountBucketsOptions {
  readonly perSecond: Readonly<Record<RequestKind, number>>
  /** Length of the window that requests are counted in: its whole quota may be used at once. */
  readonly windowSeconds: number
  /** Accounts whose counts are kept in memory; past it the one that was quiet longest starts anew. */
  readonly maxAccounts: number
  /** A count that all replicas share. Without it, or while it is away, each replica counts by itself. */
  readonly redis?: Redis
}

/** Buckets by rate-limiter-flexible: a fixed window per account and kind. */
export function createAccountBuckets(options: AccountBucketsOptions): AccountBuckets {
  const { windowSeconds } = options
  const limiters = { reads: limiterFor('reads', options), writes: limiterFor('writes', options) }
  const policy = (kind: RequestKind) => `"${kind}";q=${quotaOf(kind, options)};w=${windowSeconds}`
  return {
    policies: { reads: policy('reads'), writes: policy('writes') },
    async take(kind, account) {
      try {
        return allowance(true, await limiters[kind].consume(account))
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return allowance(false, refusal)
        throw refusal
      }
    },
  }
}

function limiterFor(kind: RequestKind, options: AccountBucketsOptions): Pick<RateLimiterAbstract, 'consume'> {
  const { windowSeconds, maxAccounts, redis } = options
  const rule = { points: quotaOf(kind, options), duration: windowSeconds, keyPrefix: `comanda:${kind}` }
  const own = new BoundedLimiter(rule, maxAccounts)
  if (redis === undefined) return own
  return new RateLimiterRedis({
    ...rule,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    // An account that is over its quota costs Redis nothing until its window ends.
    inMemoryBlockOnConsumed: rule.points + 1,
    insuranceLimiter: own,
  })
}

function allowance(allowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Allowance {
  return { allowed, remaining: Math.max(0, remainingPoints), resetMs: msBeforeNext }
}

function quotaOf(kind: RequestKind, { perSecond, windowSeconds }: AccountBucketsOptions): number {
  return Math.round(perSecond[kind] * windowSeconds)
}
