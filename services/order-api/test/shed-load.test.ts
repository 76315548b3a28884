import { Agent, request } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createLoadShedder } from '../src/adapters/http/load-shedder.js'
import { startHttpServer } from '../src/adapters/http/server.js'
import type { HttpServer } from '../src/adapters/http/server.js'
import { shedLoad } from '../src/adapters/http/shed-load.js'
import { LOCAL_SERVER } from './local-server.js'

const CLIENTS = 150
const MS_A_REQUEST = 4
const MS_OF_WAITING = 5
const LARGE_ORDER = Buffer.alloc(200_000, ' ')

let server: HttpServer
let agent: Agent
const shed: string[] = []
let opened = 0
let draining = false

afterEach(async () => {
  agent.destroy()
  await server.close(0)
})

/**
 * A server whose requests take 4 ms of the core each, before their bodies have come, and wait for another 5 ms; all clients are connected, since libuv
 * takes one new connection a turn.
 */
async function start() {
  opened = 0
  draining = false
  const shedder = createLoadShedder({
    maxUnderWay: 10,
    patienceMs: 20,
    waiting: { reads: () => 0, writes: () => 0 },
  })
  server = await startHttpServer({
    ...LOCAL_SERVER,
    maxConnections: CLIENTS * 2,
    keepAliveTimeoutMs: 60_000,
    requestTimeoutMs: 20_000,
    headersTimeoutMs: 20_000,
    listener: shedLoad(
      (incoming, response) => {
        shedder.enter('writes')
        const end = performance.now() + MS_A_REQUEST
        while (performance.now() < end);
        incoming.resume().on('end', () =>
          setTimeout(() => {
            shedder.leave('writes')
            response.end('served')
          }, MS_OF_WAITING),
        )
      },
      {
        shedder,
        onShed: ({ method }) => void shed.push(method!),
        draining: () => draining,
      },
    ),
  })
  agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  await flood(Buffer.from('{}'))
  shed.length = 0
}

interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

function post(body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port: server.port, method: 'POST', agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: unknown) => (text += chunk as string))
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text }),
      )
    })
    outgoing.on('socket', (socket) => {
      if (socket.connecting) opened++
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const flood = (body: Buffer) => Promise.all(Array.from({ length: CLIENTS }, () => post(body)))

describe('a server that gets more than it can carry', () => {
  it.each([
    ['small', Buffer.from('{}')],
    ['large', LARGE_ORDER],
  ])('serves what there is time for and answers 503 to the rest: %s orders', async (_size, body) => {
    await start()

    const answers = await flood(body)

    const refused = answers.filter(({ status }) => status === 503)
    expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(CLIENTS)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(CLIENTS)
    expect(shed).toEqual(refused.map(() => 'POST'))
    for (const { headers, body: problem } of refused) {
      expect(headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'retry-after': expect.stringMatching(/^[123]$/),
      })
      expect(JSON.parse(problem)).toMatchObject({ type: 'urn:comanda:problem:overloaded', status: 503 })
    }
  })

  it('keeps the connections of those that it sheds, and serves them when the flood is over', async () => {
    await start()
    await flood(LARGE_ORDER)

    for (let sent = 0; sent < CLIENTS; sent++) expect((await post(LARGE_ORDER)).status).toBe(200)
    expect(opened).toBe(CLIENTS)
  })

  it('closes them while it drains', async () => {
    await start()
    draining = true

    const refused = (await flood(Buffer.from('{}'))).filter(({ status }) => status === 503)

    expect(new Set(refused.map(({ headers }) => headers['connection']))).toEqual(new Set(['close']))
  })
})
