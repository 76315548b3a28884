import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues, freePort, startIssuer } from '@comanda/e2e/embedded'
import type { Issuer, Queues, TestDatabase } from '@comanda/e2e/embedded'
import { fingerprint, orderId } from '@comanda/shared/identity'
import { placeOrderExample } from '@comanda/shared/messages'
import pg from 'pg'
import request from 'supertest'
import type { OrderApi } from '../src/service.js'
import { ACCOUNT, ORDER_ID, idOf, storedOrder } from './orders-for-tests.js'
import { seed, seedKey } from './seed.js'
import { environmentFor, receiveCommands, startQueueGate, startWith, tokenOf } from './service-for-tests.js'

const order = placeOrderExample.data.order
let issuer: Issuer
let queues: Queues
let database: TestDatabase
let environment: Record<string, string>
let token: string
let api: OrderApi | undefined

beforeAll(async () => {
  ;[issuer, queues, database] = await Promise.all([startIssuer(), createTestQueues(), createTestDatabase()])
  environment = environmentFor({ issuer, queues, database })
  token = await tokenOf(issuer)
})

afterEach(async () => {
  await api?.stop()
  api = undefined
})

afterAll(async () => {
  await Promise.all([issuer.stop(), database.drop()])
})

/** Starts the service with other settings and talks to it. */
async function start(changes: Record<string, string> = {}) {
  api = await startWith({ ...environment, ...changes })
  const agent = request.agent(`http://127.0.0.1:${api.port}`)
  agent.set({ authorization: `Bearer ${token}` })
  const admin = request(`http://127.0.0.1:${api.adminPort}`)
  const place = (key: string, body: object = order) =>
    agent.post('/v1/orders').set({ 'idempotency-key': key }).send(body)
  return { agent, admin, place }
}

describe('order-api', () => {
  it('sends what it accepts to the queue, with a real token', async () => {
    const { agent, place } = await start()

    const placed = await place('key-of-the-first-order')
    const cancelled = await agent.post(placed.headers['location']!.replace('?', '/cancel?'))

    expect(placed.status).toBe(202)
    expect(cancelled.status).toBe(202)
    const commands = await receiveCommands(queues)
    expect(commands.map(({ type }) => type).sort()).toEqual([
      'comanda.order.cancel.v1',
      'comanda.order.place.v1',
    ])
    expect(commands.find(({ id }) => id === placed.body.id)).toMatchObject({
      account: ACCOUNT,
      actor: 'storefront',
      data: { key: 'key-of-the-first-order', pricesStand: true, fingerprint: fingerprint(order), order },
    })
    expect(commands.find(({ id }) => id === cancelled.body.commandId)).toMatchObject({
      subject: placed.body.id,
    })
  })

  it('refuses tokens that are expired, of another client, or lack the scope', async () => {
    const { agent } = await start()
    const [expired, stranger, weak] = await Promise.all([
      issuer.token({ clientId: 'storefront', account: ACCOUNT, scopes: [], expiresInSeconds: -120 }),
      issuer.token({ clientId: 'stranger', account: ACCOUNT, scopes: ['orders:read'] }),
      tokenOf(issuer, ['catalog:read']),
    ])

    for (const [bad, status] of [
      [expired, 401],
      [stranger, 401],
      [weak, 403],
    ] as const) {
      const answer = await agent.get('/v1/orders').set({ authorization: `Bearer ${bad}` })

      expect(answer.status).toBe(status)
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer /)
    }
  })

  it('gives the same key and body one id, however often and at once', async () => {
    const { place } = await start()

    const answers = await Promise.all(Array.from({ length: 30 }, () => place('key-sent-thirty-times')))

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const commands = await receiveCommands(queues)
    expect(new Set(commands.map(({ id }) => id)).size).toBe(1)
  })

  it('knows an order that is stored, and a key that is another order’s', async () => {
    const caller = { account: ACCOUNT, actor: 'storefront' }
    const [known, reused] = ['key-of-a-stored-order', 'key-of-another-order']
    const id = orderId(caller, known, fingerprint(order))
    await seedKey(database.url, { ...caller, key: known, orderId: id })
    await seedKey(database.url, { ...caller, key: reused, orderId: idOf(1) })
    const { place, admin } = await start()

    const answers = await Promise.all([place(known), place(reused), place('key-of-no-order-yet')])

    expect(answers.map(({ status }) => status)).toEqual([202, 422, 202])
    expect(answers[0].headers['idempotency-replayed']).toBe('true')
    expect(answers[0].body.id).toBe(id)
    expect((await receiveCommands(queues)).map(({ id: sent }) => sent)).toEqual([answers[2].body.id])
    const { text } = await admin.get('/metrics')
    expect(text).toMatch(/orders_replayed_total\{service="order-api"\} 1/)
    expect(text).toMatch(/requests_refused_total\{code="idempotency_key_reused",service="order-api"\} 1/)
  })

  it('takes two orders of one key while none is stored, each under an id of its own: the worker is the judge', async () => {
    const { place } = await start()

    const answers = await Promise.all([
      place('key-of-two-orders-01'),
      place('key-of-two-orders-01', { ...order, reference: 'another' }),
    ])

    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    const ids = answers.map(({ body }) => body.id as string)
    expect(new Set(ids).size).toBe(2)
    expect((await receiveCommands(queues)).map(({ id }) => id).sort()).toEqual(ids.sort())
  })

  it('shows an order, waits for its change, and lists it', async () => {
    await seed(database.url, { orders: [{ account: ACCOUNT, order: storedOrder() }] })
    const { agent } = await start({ WATCH_INTERVAL_MS: '10' })
    const shown = await agent.get(`/v1/orders/${ORDER_ID}`)

    const waiting = agent
      .get(`/v1/orders/${ORDER_ID}`)
      .set({ 'if-none-match': shown.headers['etag']!, prefer: 'wait=20' })
      .then((answer) => answer)
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(`update orders set status = 'shipped', version = 2 where id = $1`, [ORDER_ID])
    await client.end()
    const changed = await waiting

    expect(shown.body).toMatchObject({ status: 'confirmed', total: '15.3000' })
    expect(changed.status).toBe(200)
    expect(changed.body).toMatchObject({ status: 'shipped', version: 2 })
    const list = await agent.get('/v1/orders?reference=536365&status=shipped')
    expect(list.body.orders.map(({ id }: { id: string }) => id)).toEqual([ORDER_ID])
  })

  it('tells the quotas that it is set to', async () => {
    const { agent, place } = await start({
      RATE_LIMIT_READS_PER_SECOND: '7',
      RATE_LIMIT_WRITES_PER_SECOND: '3',
      RATE_LIMIT_WINDOW_SECONDS: '10',
    })

    const [listed, placed] = [await agent.get('/v1/orders'), await place('key-within-the-quota')]

    expect(listed.headers['ratelimit-policy']).toBe('"reads";q=70;w=10')
    expect(placed.headers['ratelimit']).toMatch(/^"writes";r=29;t=\d+$/)
    await receiveCommands(queues)
  })

  it('sends to a FIFO queue too', async () => {
    const fifo = await createTestQueues({ fifo: true })
    const { place } = await start({ ORDERS_QUEUE_URL: fifo.orders })

    const answers = await Promise.all([place('key-for-a-fifo-queue-1'), place('key-for-a-fifo-queue-2')])

    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    expect((await receiveCommands(fifo)).map(({ id }) => id).sort()).toEqual(
      answers.map(({ body }) => body.id as string).sort(),
    )
  })

  it('answers health and metrics on another port only', async () => {
    const { agent, admin } = await start()

    expect((await admin.get('/readyz')).status).toBe(200)
    expect((await admin.get('/livez')).status).toBe(200)
    const { text } = await admin.get('/metrics')
    expect(text).toContain('accepted_orders_missing')
    expect(text).toMatch(/^http_requests_in_flight\{service="order-api"\} 0$/m)
    expect((await agent.get('/metrics')).status).toBe(404)
  })
})

describe('with Postgres away', () => {
  it('does not wait for a server that takes connections and says nothing', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const { agent, place } = await start({
      DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/nowhere`,
      DATABASE_STATEMENT_TIMEOUT_MS: '200',
      KEY_LOOKUP_BUDGET_MS: '50',
    })

    const [placed, shown] = await Promise.all([place('key-with-a-silent-store'), agent.get('/v1/orders')])

    expect(placed.status).toBe(202)
    expect(shown.status).toBe(503)
    for (const socket of sockets) socket.destroy()
    silent.close()
    await receiveCommands(queues)
  })

  it('goes on accepting orders and guesses no state', async () => {
    const { agent, admin, place } = await start({
      DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/nowhere`,
    })

    const placed = await Promise.all(
      Array.from({ length: 12 }, (_, number) => place(`key-without-postgres-${number}`)),
    )
    const location = placed[0]!.headers['location']!
    const shown = await agent.get(location)
    const without = await agent.get(location.split('?')[0]!)
    const cancelled = await agent.post(location.replace('?', '/cancel?'))

    expect(new Set(placed.map(({ status }) => status))).toEqual(new Set([202]))
    expect(shown.status).toBe(503)
    expect(shown.headers['retry-after']).toBeDefined()
    expect(shown.body).toMatchObject({ accepted: true })
    expect(without.status).toBe(503)
    expect(without.body).not.toHaveProperty('accepted')
    expect(cancelled.status).toBe(202)
    expect((await admin.get('/readyz')).status).toBe(200)
    expect((await receiveCommands(queues)).length).toBeGreaterThanOrEqual(13)
  })
})

describe('with the queue away', () => {
  it('answers 503 and promises no id', async () => {
    const { place } = await start({ SQS_ENDPOINT: `http://127.0.0.1:${await freePort()}` })

    const { status, body, headers } = await place('key-without-a-queue-1')

    expect(status).toBe(503)
    expect(body).toMatchObject({ type: 'urn:comanda:problem:queue_unavailable' })
    expect(body).not.toHaveProperty('id')
    expect(headers['retry-after']).toBeDefined()
    expect(headers['location']).toBeUndefined()
  })

  it('does not wait for a queue that hangs', async () => {
    const gate = await startQueueGate(queues.endpoint)
    const { place } = await start({ SQS_ENDPOINT: gate.endpoint, QUEUE_BUDGET_MS: '200' })

    const { status, body } = await place('key-for-a-queue-that-hangs')

    expect(status).toBe(503)
    expect(body).not.toHaveProperty('id')
    gate.release()
    await api!.stop()
    api = undefined
    gate.stop()
  })

  it('answers a command within two seconds when Postgres hangs too', async () => {
    const { place } = await start()
    const { headers } = await place('key-before-everything-hangs')
    await api!.stop()
    const postgres = createServer().listen(0, '127.0.0.1')
    await once(postgres, 'listening')
    const sockets: Socket[] = []
    postgres.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)))
    const gate = await startQueueGate(queues.endpoint)
    const { agent } = await start({
      SQS_ENDPOINT: gate.endpoint,
      DATABASE_URL: `postgres://nobody@127.0.0.1:${(postgres.address() as AddressInfo).port}/orders`,
    })

    // Whoever waits for Postgres first and for the queue then would take almost twice as long.
    const { status, headers: answered } = await agent
      .post(headers['location']!.replace('?', '/cancel?'))
      .timeout(2_500)

    expect(status).toBe(503)
    expect(answered['retry-after']).toBeDefined()
    gate.release()
    for (const socket of sockets) socket.destroy()
    await api!.stop()
    api = undefined
    gate.stop()
    postgres.close()
  })

  it('refuses at once when too many wait', async () => {
    const gate = await startQueueGate(queues.endpoint)
    const { place } = await start({
      SQS_ENDPOINT: gate.endpoint,
      LANES_MIN: '1',
      LANES_MAX: '1',
      LANES_MAX_WAITING: '1',
      QUEUE_BUDGET_MS: '1900',
    })
    const first = place('key-under-way-0123456789').then((answer) => answer)
    await gate.called
    const others = Array.from({ length: 20 }, (_, number) =>
      place(`key-waiting-0123456789-${number}`).then((answer) => answer),
    )

    const refused = await Promise.any(
      others.map(async (other) =>
        (await other).status === 503 ? other : Promise.reject(new Error('accepted')),
      ),
    )

    expect(refused.body).toMatchObject({ type: 'urn:comanda:problem:overloaded' })
    expect(refused.headers['retry-after']).toBeDefined()
    gate.release()
    expect((await first).status).toBe(202)
    await Promise.all(others)
    await api!.stop()
    api = undefined
    gate.stop()
  })
})
