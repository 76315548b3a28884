import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { runClosedLoop } from '../src/load/closed-loop.js'
import { HttpConnection } from '../src/load/http-connection.js'
import { runOpenLoop } from '../src/load/open-loop.js'
import { createOrderRequests, keyOf } from '../src/load/order-requests.js'

const ID = '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f'

let server: Server | undefined

async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  if (server?.listening === true) await once(server, 'close')
})

function exchange(connection: HttpConnection, text: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => connection.request(text, (status, body) => resolve({ status, body })))
}

describe('a connection of the load generator', () => {
  it('sends ready-made orders one after the other and reads whole answers, however they are cut', async () => {
    const seen: string[] = []
    const port = await serve((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        seen.push(`${request.headers['idempotency-key'] as string} ${body}`)
        response.writeHead(202, { 'content-length': 6 })
        response.write('abc')
        setImmediate(() => response.end('def'))
      })
    })
    const requestOf = createOrderRequests(
      { port, path: '/v1/orders', token: 't' },
      ['{"a":1}', '{"b":2}'],
      'run',
    )
    const connection = new HttpConnection(port)

    const answers = [
      await exchange(connection, requestOf(0)),
      await exchange(connection, requestOf(1)),
      await exchange(connection, requestOf(2)),
    ]
    connection.close()

    expect(answers).toEqual(Array(3).fill({ status: 202, body: 'abcdef' }))
    expect(seen).toEqual([
      `${keyOf('run', 0)} {"a":1}`,
      `${keyOf('run', 1)} {"b":2}`,
      `${keyOf('run', 2)} {"a":1}`,
    ])
  })

  it('reports a broken connection as status 0 and connects anew', async () => {
    let requests = 0
    const port = await serve((request, response) => {
      requests++
      if (requests === 1) request.socket.destroy()
      else response.writeHead(202, { 'content-length': 0 }).end()
    })
    const connection = new HttpConnection(port)
    const text = createOrderRequests({ port, path: '/', token: 't' }, ['{}'], 'run')(0)

    expect(await exchange(connection, text)).toEqual({ status: 0, body: '' })
    expect(await exchange(connection, text)).toEqual({ status: 202, body: '' })
    connection.close()
  })
})

describe('the open loop', () => {
  it('sends every order of the schedule under a key of its own and keeps the ids of those accepted', async () => {
    const keys = new Set<unknown>()
    const port = await serve((request, response) => {
      keys.add(request.headers['idempotency-key'])
      request.resume()
      const body = JSON.stringify(keys.size === 3 ? { title: 'no' } : { id: ID, status: 'accepted' })
      response.writeHead(keys.size === 3 ? 503 : 202, { 'content-length': body.length }).end(body)
    })

    const { orders } = await runOpenLoop(
      {
        kind: 'open',
        target: { port, path: '/v1/orders', token: 't' },
        bodies: ['{}'],
        keyPrefix: 'open',
        ratePerSecond: 1_000,
        count: 50,
        seed: 1,
        // Fewer than arrive at once: orders have to wait for a connection, and their waiting counts.
        connections: 2,
        patienceSeconds: 10,
      },
      () => undefined,
    )

    expect(keys.size).toBe(50)
    expect(orders.map(({ status }) => status).filter((status) => status === 503)).toHaveLength(1)
    expect(orders.filter(({ id }) => id === ID)).toHaveLength(49)
    for (const { scheduledAt, answeredAt } of orders) expect(answeredAt!).toBeGreaterThan(scheduledAt)
  })

  it('gives up on answers that never come and says which', async () => {
    const port = await serve((request) => request.resume())

    const { orders, backlogAtEnd } = await runOpenLoop(
      {
        kind: 'open',
        target: { port, path: '/v1/orders', token: 't' },
        bodies: ['{}'],
        keyPrefix: 'silent',
        ratePerSecond: 1_000,
        count: 5,
        seed: 1,
        connections: 10,
        patienceSeconds: 0.01,
      },
      () => undefined,
    )

    expect(backlogAtEnd).toBe(5)
    expect(orders.every(({ status, answeredAt }) => status === undefined && answeredAt === undefined)).toBe(
      true,
    )
  })
})

describe('the closed loop', () => {
  it('counts the answers of its window by status and marks both ends', async () => {
    const edges: string[] = []
    const port = await serve((request, response) => {
      request.resume()
      response.writeHead(202, { 'content-length': 0 }).end()
    })

    const result = await runClosedLoop(
      {
        kind: 'closed',
        target: { port, path: '/v1/orders', token: 't' },
        bodies: ['{}'],
        keyPrefix: 'closed',
        connections: 4,
        warmUpSeconds: 0.01,
        seconds: 0.05,
      },
      (edge) => edges.push(edge),
    )

    expect(edges).toEqual(['start', 'end'])
    expect(Object.keys(result.answers)).toEqual(['202'])
    expect(result.latencyMs.count).toBe(result.answers['202'])
  })
})
