import { EventEmitter, once } from 'node:events'
import { afterEach, describe, expect, it } from '@jest/globals'
import { freePort } from '@comanda/e2e/embedded'
import type { Redis } from 'ioredis'
import { createAccountBuckets } from '../src/adapters/rate-limiter-flexible/account-buckets.js'
import { createRedisClient } from '../src/adapters/rate-limiter-flexible/redis-client.js'
import { startRedisServer } from './redis-server.js'
import type { RedisServer } from './redis-server.js'

const QUOTA = 20
const clients: Redis[] = []
let redis: RedisServer | undefined

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  await redis?.stop()
  redis = undefined
})

/** The buckets of one replica: 20 writes in 10 minutes. */
function replica(port: number) {
  const states: boolean[] = []
  const turned = new EventEmitter()
  const client = createRedisClient(`redis://127.0.0.1:${port}`, (available) => {
    states.push(available)
    turned.emit(String(available))
  })
  clients.push(client)
  const buckets = createAccountBuckets({
    perSecond: { reads: 1, writes: QUOTA / 600 },
    windowSeconds: 600,
    maxAccounts: 10,
    redis: client,
  })
  return {
    states,
    /** Resolves when Redis is there, or away. */
    turns: async (state: boolean) => {
      if (states.at(-1) !== state) await once(turned, String(state))
    },
    take: () => buckets.take('writes', 'giftshop'),
  }
}

async function allowedOf(replicas: readonly ReturnType<typeof replica>[], requests: number): Promise<number> {
  const taken = await Promise.all(
    Array.from({ length: requests }, (_, index) => replicas[index % replicas.length]!.take()),
  )
  return taken.filter(({ allowed }) => allowed).length
}

describe('with Redis', () => {
  it('replicas share the quota of an account', async () => {
    const port = await freePort()
    redis = await startRedisServer(port)
    const replicas = [replica(port), replica(port), replica(port)]
    await Promise.all(replicas.map((one) => one.turns(true)))

    expect(await allowedOf(replicas, QUOTA * 3)).toBe(QUOTA)
    const { allowed, remaining, resetMs } = await replicas[0]!.take()
    expect({ allowed, remaining }).toEqual({ allowed: false, remaining: 0 })
    expect(resetMs).toBeGreaterThan(500_000)
  })

  it('each goes on by itself when Redis dies, and with the others when it is back', async () => {
    const port = await freePort()
    redis = await startRedisServer(port)
    const replicas = [replica(port), replica(port)]
    await Promise.all(replicas.map((one) => one.turns(true)))
    await redis.stop()
    await Promise.all(replicas.map((one) => one.turns(false)))

    expect(await allowedOf(replicas, QUOTA * 4)).toBe(QUOTA * 2)

    redis = await startRedisServer(port)
    await Promise.all(replicas.map((one) => one.turns(true)))
    expect(await allowedOf(replicas, QUOTA * 4)).toBe(QUOTA)
  })
})
