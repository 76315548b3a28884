import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues, freePort, startIssuer } from '@comanda/e2e/embedded'
import type { Issuer, Queues, TestDatabase } from '@comanda/e2e/embedded'
import { placeOrderExample } from '@comanda/shared/messages'
import request from 'supertest'
import { ACCOUNT, ORDER_ID, storedOrder } from './orders-for-tests.js'
import { seed } from './seed.js'
import { environmentFor, receiveCommands, startQueueGate, tokenOf } from './service-for-tests.js'
import type { QueueGate } from './service-for-tests.js'
import { killProcesses, run } from './service-process.js'

let issuer: Issuer
let queues: Queues
let database: TestDatabase
let environment: Record<string, string>
const gates: QueueGate[] = []

beforeAll(async () => {
  ;[issuer, queues, database] = await Promise.all([startIssuer(), createTestQueues(), createTestDatabase()])
  environment = environmentFor({ issuer, queues, database })
})

afterEach(() => {
  killProcesses()
  for (const gate of gates.splice(0)) gate.stop()
})

afterAll(async () => {
  await Promise.all([issuer.stop(), database.drop()])
})

describe('the process', () => {
  it('on SIGTERM finishes what it has in hand, answers who waits, and exits 0', async () => {
    const order = storedOrder()
    await seed(database.url, { orders: [{ account: ACCOUNT, order }] })
    const gate = await startQueueGate(queues.endpoint)
    gates.push(gate)
    const service = run({ ...environment, LOG_LEVEL: 'info', SQS_ENDPOINT: gate.endpoint })
    const { port, adminPort } = (await service.told('started')) as { port: number; adminPort: number }
    const headers = { authorization: `Bearer ${await tokenOf(issuer)}`, connection: 'keep-alive' }
    const api = request(`http://127.0.0.1:${port}`)
    const admin = request(`http://127.0.0.1:${adminPort}`)
    expect((await admin.get('/readyz')).status).toBe(200)
    const placing = api
      .post('/v1/orders')
      .set({ ...headers, 'idempotency-key': 'key-of-a-draining-order' })
      .send(placeOrderExample.data.order)
      .then((answer) => answer)
    const waiting = api
      .get(`/v1/orders/${ORDER_ID}`)
      .set({ ...headers, 'if-none-match': '"1"', prefer: 'wait=20' })
      .then((answer) => answer)
    await gate.called
    await untilWaiting(admin)

    service.child.kill('SIGTERM')
    await service.told('draining')
    const waited = await waiting
    const readiness = await admin.get('/readyz')
    gate.release()
    const placed = await placing

    expect(waited.status).toBe(304)
    expect(readiness.status).toBe(503)
    expect(placed.status).toBe(202)
    expect(placed.headers['connection']).toBe('close')
    expect(await service.exited).toBe(0)
    expect((await receiveCommands(queues)).map(({ id }) => id)).toEqual([placed.body.id])
  })

  it('logs refusals by ids and codes, and nothing that was sent', async () => {
    const service = run({ ...environment, LOG_LEVEL: 'debug' })
    const { port } = (await service.told('started')) as { port: number }
    const token = await tokenOf(issuer)
    const api = request(`http://127.0.0.1:${port}`)
    const canary = 'canary-4711'
    const order = {
      ...placeOrderExample.data.order,
      reference: canary,
      customer: { email: `${canary}@shop.example`, name: canary },
    }
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': `${canary}-0123456789` }

    const placed = await api.post('/v1/orders').set(headers).send(order)
    await api
      .post('/v1/orders')
      .set(headers)
      .send({ ...order, [canary]: canary })
    await api
      .post('/v1/orders')
      .set({ ...headers, 'content-type': 'application/json' })
      .send(`{"${canary}`)
    await api.get(`/v1/orders/${canary}?receipt=${canary}`).set(headers)
    await api.get(placed.headers['location']!).set(headers)
    await api.get('/v1/orders').set({ authorization: `Bearer ${canary}.${canary}.${canary}` })
    service.child.kill('SIGTERM')
    await service.exited

    const lines = service.said.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.filter(({ msg }) => msg === 'refused').map(({ code }) => code)).toEqual([
      'invalid_order',
      'malformed',
      'not_found',
      'unauthenticated',
    ])
    const receipt = placed.headers['location']!.split('receipt=')[1]!
    for (const secret of [canary, receipt, token.split('.')[2]!, 'receipt='])
      expect(service.said.out + service.said.err).not.toContain(secret)
  })

  it.each([
    ['missing', undefined, 'DATABASE_URL is missing'],
    ['wrong', 'nonsense', 'DATABASE_URL is wrong'],
  ])(
    'does not start with a setting that is %s, says so in one sentence, and exits 1',
    async (_name, value, says) => {
      const { DATABASE_URL: _url, ...others } = environment
      const service = run({ ...others, ...(value === undefined ? {} : { DATABASE_URL: value }) })

      expect(await service.exited).toBe(1)
      expect(service.said.err.trim().split('\n')).toEqual([expect.stringContaining(says)])
      expect(service.said.out).toBe('')
    },
  )

  it('does not start on a port that is taken', async () => {
    const port = String(await freePort())
    const first = run({ ...environment, LOG_LEVEL: 'info', PORT: port })
    await first.told('started')
    const second = run({ ...environment, PORT: port })

    expect(await second.exited).toBe(1)
    expect(second.said.err).toContain('EADDRINUSE')
  })
})

/** Resolves once a request waits for a change. */
async function untilWaiting(admin: ReturnType<typeof request>): Promise<void> {
  for (;;) {
    const { text } = await admin.get('/metrics')
    if (/order_waiters\{service="order-api"\} 1/.test(text)) return
  }
}
