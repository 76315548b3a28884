import { describe, expect, it } from '@jest/globals'
import { freePort } from '@comanda/e2e/embedded'
import { createAccountSlots, takeFrom } from '../src/adapters/http/account-limits.js'
import { createAccountBuckets } from '../src/adapters/rate-limiter-flexible/account-buckets.js'
import { createRedisClient } from '../src/adapters/rate-limiter-flexible/redis-client.js'

const rule = { perSecond: { reads: 2, writes: 1 }, windowSeconds: 60, maxAccounts: 2 }

describe('the buckets of accounts', () => {
  it('are one for reads and one for writes, each with its quota', async () => {
    const buckets = createAccountBuckets({
      ...rule,
      perSecond: { reads: 1, writes: 1 },
      windowSeconds: 1_000,
    })

    for (let taken = 1; taken <= 1_000; taken++)
      expect(await buckets.take('writes', 'a')).toMatchObject({ allowed: true, remaining: 1_000 - taken })
    expect(await buckets.take('writes', 'a')).toMatchObject({ allowed: false, remaining: 0 })
    expect(await buckets.take('reads', 'a')).toMatchObject({ allowed: true, remaining: 999 })
    expect(await buckets.take('writes', 'b')).toMatchObject({ allowed: true, remaining: 999 })
  })

  it('are kept for a bounded number of accounts; the one that was quiet longest starts anew', async () => {
    const buckets = createAccountBuckets(rule)
    const remaining = async (account: string) => (await buckets.take('writes', account)).remaining
    await remaining('quiet')
    await remaining('busy')
    await remaining('busy')

    expect(await remaining('third')).toBe(59)
    expect(await remaining('busy')).toBe(57)
    expect(await remaining('quiet')).toBe(59)
  })

  it('tell quota, rest and time in the header fields of the draft', async () => {
    const buckets = createAccountBuckets(rule)

    expect(await takeFrom(buckets, 'reads', 'a')).toEqual({
      'ratelimit-policy': '"reads";q=120;w=60',
      ratelimit: '"reads";r=119;t=60',
    })
  })

  it('refuse with the time to wait', async () => {
    const buckets = createAccountBuckets({ ...rule, perSecond: { reads: 1, writes: 1 } })
    for (let taken = 0; taken < 60; taken++) await takeFrom(buckets, 'writes', 'a')

    await expect(takeFrom(buckets, 'writes', 'a')).rejects.toMatchObject({
      code: 'rate_limited',
      options: { headers: { ratelimit: '"writes";r=0;t=60', 'retry-after': '60' } },
    })
  })
})

describe('without the Redis that is configured', () => {
  it('a replica counts by itself and no request waits', async () => {
    const told = Promise.withResolvers<boolean>()
    const redis = createRedisClient(`redis://127.0.0.1:${await freePort()}`, told.resolve)
    const buckets = createAccountBuckets({ ...rule, redis })

    const taken = await Promise.all(Array.from({ length: 120 }, () => buckets.take('writes', 'a')))

    expect(taken.filter(({ allowed }) => allowed)).toHaveLength(60)
    expect(await told.promise).toBe(false)
    redis.disconnect()
  })
})

describe('the slots of accounts', () => {
  it('are bounded for each account, and nothing is kept of one that has left', () => {
    const slots = createAccountSlots(2)
    slots.enter('a')
    slots.enter('a')

    expect(() => slots.enter('a')).toThrow(expect.objectContaining({ code: 'too_many_at_once' }))
    slots.enter('b')
    slots.leave('a')
    slots.enter('a')
    for (const account of ['a', 'a', 'b']) slots.leave(account)
    expect(slots.accounts).toBe(0)
  })
})
