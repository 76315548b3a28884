import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues, startIssuer } from '@comanda/e2e/embedded'
import type { Issuer, Queues, TestDatabase } from '@comanda/e2e/embedded'
import { placeOrderExample } from '@comanda/shared/messages'
import request from 'supertest'
import { environmentFor, tokenOf } from './service-for-tests.js'
import { killProcesses, run } from './service-process.js'

const KEYS = {
  v1: Buffer.alloc(32, 1).toString('base64'),
  v2: Buffer.alloc(32, 2).toString('base64'),
}
type KeyVersion = keyof typeof KEYS

/** One replica's setting RECEIPT_KEYS. */
interface Setting {
  readonly sign: KeyVersion
  readonly verify: readonly KeyVersion[]
}

/** The two roll-outs that bring in a new key, and the one that takes the old one away once its receipts are of no use. */
const BEFORE: Setting = { sign: 'v1', verify: ['v1'] }
const VERIFY_NEW: Setting = { sign: 'v1', verify: ['v1', 'v2'] }
const SIGN_NEW: Setting = { sign: 'v2', verify: ['v1', 'v2'] }
const DROP_OLD: Setting = { sign: 'v2', verify: ['v2'] }

/** A replica behind the balancer, as a process of its own. */
interface Replica {
  /** Places an order; resolves with the path of its Location. */
  place(): Promise<string>
  /** What it answers for a Location. */
  show(
    location: string,
  ): Promise<{ status: number; body: Record<string, unknown>; headers: Record<string, string> }>
  stop(): Promise<void>
}

let issuer: Issuer
let queues: Queues
let database: TestDatabase
let authorization: string
let orders = 0

beforeAll(async () => {
  ;[issuer, queues, database] = await Promise.all([startIssuer(), createTestQueues(), createTestDatabase()])
  authorization = `Bearer ${await tokenOf(issuer)}`
})

afterAll(async () => {
  killProcesses()
  await Promise.all([issuer.stop(), database.drop()])
})

async function startReplica({ sign, verify }: Setting): Promise<Replica> {
  const service = run({
    ...environmentFor({ issuer, queues, database }),
    LOG_LEVEL: 'info',
    RECEIPT_KEYS: JSON.stringify({
      sign,
      keys: Object.fromEntries(verify.map((version) => [version, KEYS[version]])),
    }),
  })
  const { port } = (await service.told('started')) as { port: number }
  const api = request(`http://127.0.0.1:${port}`)
  return {
    async place() {
      orders += 1
      const { status, headers } = await api
        .post('/v1/orders')
        .set({ authorization, 'idempotency-key': `key-of-a-rotation-${orders}` })
        .send(placeOrderExample.data.order)
      expect(status).toBe(202)
      return headers['location']!
    },
    show: async (location) => api.get(location).set({ authorization }),
    async stop() {
      service.child.kill('SIGTERM')
      expect(await service.exited).toBe(0)
    },
  }
}

/** Every replica takes the receipts of every other one, and the earlier ones. */
async function expectAllReadable(
  replicas: readonly Replica[],
  earlier: readonly string[],
): Promise<string[]> {
  const locations = [...earlier, ...(await Promise.all(replicas.map((replica) => replica.place())))]
  for (const replica of replicas)
    for (const location of locations)
      expect(await replica.show(location)).toMatchObject({ status: 200, body: { status: 'accepted' } })
  return locations
}

describe('a new key of receipts', () => {
  it('comes in while replicas are replaced one by one, and no receipt is doubted at any time', async () => {
    let [one, other] = await Promise.all([startReplica(BEFORE), startReplica(BEFORE)])
    let locations = await expectAllReadable([one, other], [])

    for (const setting of [VERIFY_NEW, SIGN_NEW]) {
      await one.stop()
      one = await startReplica(setting)
      locations = await expectAllReadable([one, other], locations)
      await other.stop()
      other = await startReplica(setting)
      locations = await expectAllReadable([one, other], locations)
    }

    const versions = new Set(locations.map((location) => location.split('receipt=')[1]!.split('.')[0]))
    expect(versions).toEqual(new Set(['v1', 'v2']))
    await Promise.all([one.stop(), other.stop()])
  })

  it('that signs before all can verify makes an order uncheckable at the others, never unknown', async () => {
    const [old, early] = await Promise.all([startReplica(BEFORE), startReplica(SIGN_NEW)])
    const location = await early.place()

    const { status, body, headers } = await old.show(location)

    expect(status).toBe(503)
    expect(body['type']).toBe('urn:comanda:problem:receipt_unverifiable')
    expect(headers['retry-after']).toMatch(/^\d+$/)
    expect((await early.show(location)).status).toBe(200)
    await Promise.all([old.stop(), early.stop()])
  })

  it('outlives the old one, whose receipts are uncheckable from then on, never wrong', async () => {
    const [before, after] = await Promise.all([startReplica(BEFORE), startReplica(DROP_OLD)])
    const location = await before.place()

    expect((await after.show(location)).status).toBe(503)
    expect((await after.show(await after.place())).status).toBe(200)
    await Promise.all([before.stop(), after.stop()])
  })
})
