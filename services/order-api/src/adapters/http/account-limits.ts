import { ApiError } from '../../domain/api-error.js'
import type { Operation } from './operation.js'

/** Reads and writes have a bucket each, so that a busy screen never costs an order. */
export type RequestKind = 'reads' | 'writes'

/** What is left of an account's bucket after a request was counted. */
export interface Allowance {
  readonly allowed: boolean
  readonly remaining: number
  /** Until the bucket is full again. */
  readonly resetMs: number
}

/** Counts requests by account. Never rejects: where the shared count cannot be had, a replica counts by itself. */
export interface AccountBuckets {
  /** `RateLimit-Policy` of the kind, ready to send. */
  readonly policies: Readonly<Record<RequestKind, string>>
  take(kind: RequestKind, account: string): Promise<Allowance>
}

export function kindOf({ method }: Pick<Operation, 'method'>): RequestKind {
  return method === 'get' ? 'reads' : 'writes'
}

/**
 * Counts a request and gives the headers of its answer (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4).
 * Rejects with `rate_limited` where the bucket is empty.
 */
export async function takeFrom(
  buckets: AccountBuckets,
  kind: RequestKind,
  account: string,
): Promise<Readonly<Record<string, string>>> {
  const { allowed, remaining, resetMs } = await buckets.take(kind, account)
  const seconds = Math.max(1, Math.ceil(resetMs / 1_000))
  const headers = {
    'ratelimit-policy': buckets.policies[kind],
    ratelimit: `"${kind}";r=${remaining};t=${seconds}`,
  }
  if (allowed) return headers
  throw new ApiError('rate_limited', `The account has used up its ${kind} for now.`, {
    headers: { ...headers, 'retry-after': String(seconds) },
  })
}

/** Slots for requests of one account that are under way at once in this replica. */
export interface AccountSlots {
  /** Throws `too_many_at_once` where all are taken. Every call that returns needs its `leave`. */
  enter(account: string): void
  leave(account: string): void
  /** Accounts with a request under way: nothing is kept of the others. */
  readonly accounts: number
}

export function createAccountSlots(maxPerAccount: number): AccountSlots {
  const underWay = new Map<string, number>()
  return {
    enter(account) {
      const count = underWay.get(account) ?? 0
      if (count >= maxPerAccount)
        throw new ApiError('too_many_at_once', `The account has ${maxPerAccount} requests under way already.`)
      underWay.set(account, count + 1)
    },
    leave(account) {
      const count = underWay.get(account) ?? 0
      if (count <= 1) underWay.delete(account)
      else underWay.set(account, count - 1)
    },
    get accounts() {
      return underWay.size
    },
  }
}
