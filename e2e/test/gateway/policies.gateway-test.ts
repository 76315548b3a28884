import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startIssuer } from '../../src/embedded/issuer.js'
import type { Issuer } from '../../src/embedded/issuer.js'
import { freePort } from '../../src/embedded/free-port.js'
import { eventually } from '../support/eventually.js'
import { startBackend } from './backend.js'
import type { Backend } from './backend.js'
import { startHostGateway } from './host-gateway.js'
import type { HostGateway } from './host-gateway.js'

const TIMEOUT_MS = 180_000

describe('Envoy Gateway, ruled by the chart', () => {
  let issuer: Issuer
  let backend: Backend
  let gateway: HostGateway
  let authorization: string
  beforeAll(async () => {
    issuer = await startIssuer()
    backend = await startBackend()
    gateway = await startHostGateway({ issuer, backendPorts: [backend.port] })
    const token = await issuer.token({
      clientId: 'storefront',
      account: 'giftshop',
      scopes: ['orders:write'],
    })
    authorization = `Bearer ${token}`
  }, TIMEOUT_MS)
  afterAll(async () => {
    backend.release()
    await gateway.stop()
    await Promise.all([backend.stop(), issuer.stop()])
  }, TIMEOUT_MS)

  const ask = (
    path: string,
    {
      headers = {},
      ...init
    }: Omit<RequestInit, 'headers'> & { headers?: Readonly<Record<string, string>> } = {},
  ) => fetch(`${gateway.url}${path}`, { ...init, headers: { authorization, ...headers } })
  const timesSeen = (path: string) => backend.seen.filter((request) => request.path === path).length

  it('answers 401 to what has no token, a broken one, or one of another issuer', async () => {
    const without = await fetch(`${gateway.url}/v1/orders`)
    const broken = await ask('/v1/orders', { headers: { authorization: `${authorization}x` } })
    const stranger = await startIssuer()
    const foreign = await stranger.token({ clientId: 'storefront', account: 'giftshop', scopes: [] })
    const other = await ask('/v1/orders', { headers: { authorization: `Bearer ${foreign}` } })
    await stranger.stop()

    expect([without.status, broken.status, other.status]).toEqual([401, 401, 401])
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(await problemOf(without)).toMatchObject({
      type: 'urn:comanda:problem:unauthenticated',
      status: 401,
    })
    expect(timesSeen('/v1/orders')).toBe(0)
  })

  it('needs no token for the documentation', async () => {
    expect((await fetch(`${gateway.url}/docs`)).status).toBe(200)
  })

  it('lets the preflight of a script of a known origin pass, and nothing else without a token', async () => {
    await gateway.configure(['orderApi.settings.CORS_ORIGINS=https://shop.example'])

    const [preflight, request] = await Promise.all(
      ['OPTIONS', 'POST'].map((method) =>
        fetch(`${gateway.url}/v1/orders`, { method, headers: { origin: 'https://shop.example' } }),
      ),
    )
    await gateway.configure([])

    expect([preflight!.status, request!.status]).toEqual([200, 401])
  })

  it('routes nothing but the API: not health, not metrics', async () => {
    for (const path of ['/metrics', '/livez', '/readyz', '/', '/v2/orders'])
      expect((await ask(path)).status).toBe(404)
  })

  it('hands on who calls by the claim of the token, and what nobody may say of himself not at all', async () => {
    await ask('/v1/who', {
      headers: { 'x-client-id': 'somebody', 'x-account': 'another', 'x-actor': 'root' },
    })

    const { headers } = backend.seen.find(({ path }) => path === '/v1/who')!
    expect(headers['x-client-id']).toBe('storefront')
    expect(headers['x-account']).toBeUndefined()
    expect(headers['x-actor']).toBeUndefined()
    expect(headers['authorization']).toBe(authorization)
  })

  it('answers 413 to a body above 256 KiB, and lets one of 256 KiB pass', async () => {
    const large = await ask('/v1/large', { method: 'POST', body: 'x'.repeat(256 * 1_024 + 1) })
    const just = await ask('/v1/just', { method: 'POST', body: 'x'.repeat(256 * 1_024) })

    expect([large.status, just.status]).toEqual([413, 200])
    expect(await problemOf(large)).toMatchObject({ type: 'urn:comanda:problem:body_too_large', status: 413 })
    expect(timesSeen('/v1/large')).toBe(0)
  })

  it(
    'answers 504 after 4 s, and gives a GET that waits for a change more time',
    async () => {
      const start = performance.now()
      const waiting = ask('/v1/orders/hold', { headers: { prefer: 'wait=20' } })

      const { status } = await ask('/v1/hold')
      const seconds = (performance.now() - start) / 1_000
      backend.release()

      expect(status).toBe(504)
      expect(seconds).toBeGreaterThan(3.5)
      expect((await waiting).status).toBe(200)
    },
    TIMEOUT_MS,
  )

  it('sends a POST that reached a pod once, whatever became of it', async () => {
    const [reset, failed] = [
      await ask('/v1/reset', { method: 'POST', body: '{}' }),
      await ask('/v1/fail', { method: 'POST', body: '{}' }),
    ]

    expect([reset.status, failed.status]).toEqual([503, 503])
    expect([timesSeen('/v1/reset'), timesSeen('/v1/fail')]).toEqual([1, 1])
  })

  it(
    'tries another pod where one cannot be connected to',
    async () => {
      // One pod of five has just gone; a try may meet it again, so that five of them settle it.
      const others = await Promise.all(Array.from({ length: 3 }, async () => startBackend()))
      const ports = [backend, ...others].map(({ port }) => port)
      const values = (retries: number) => [`gateway.envoyGateway.connectRetries=${retries}`]
      const statuses = async () => {
        const answers: number[] = []
        for (let at = 0; at < 30; at += 1)
          answers.push((await ask(`/v1/connect/${at}`, { method: 'POST', body: '{}' })).status)
        return answers
      }
      const closedPort = await freePort()

      await gateway.configure(values(0), [...ports, closedPort])
      const without = await statuses()
      await gateway.configure(values(5), [...ports, closedPort])
      const withRetries = await statuses()
      await gateway.configure([])
      await Promise.all(others.map((other) => other.stop()))

      expect(without).toContain(503)
      expect(withRetries.filter((status) => status !== 200)).toEqual([])
    },
    TIMEOUT_MS,
  )

  it(
    'answers 408 to a request that does not come in',
    async () => {
      await gateway.configure(['gateway.timeouts.requestReceivedSeconds=1'])
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
      const answer = new Promise<string>((resolve) => {
        let text = ''
        socket.setEncoding('utf8').on('data', (part: string) => (text += part))
        socket.once('close', () => resolve(text))
      })
      socket.write(
        `POST /v1/slow HTTP/1.1\r\nhost: gateway\r\nauthorization: ${authorization}\r\ncontent-length: 10\r\n\r\n{`,
      )

      expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
      expect(timesSeen('/v1/slow')).toBe(0)
    },
    TIMEOUT_MS,
  )

  it(
    'answers 429 above the limit of a proxy',
    async () => {
      await gateway.configure([
        'gateway.envoyGateway.rateLimit.local.requests=5',
        'gateway.envoyGateway.rateLimit.local.unit=Hour',
      ])

      const statuses: number[] = []
      for (let at = 0; at < 10; at += 1) statuses.push((await ask(`/v1/limited/${at}`)).status)

      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(1)
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(5)
      expect(statuses.at(-1)).toBe(429)
    },
    TIMEOUT_MS,
  )

  it(
    'answers 503 at once when more requests are under way than the breaker lets',
    async () => {
      await gateway.configure(['gateway.envoyGateway.circuitBreaker.maxParallelRequests=2'])
      // The route may be new while its cluster is still the one before: then everything is held once more.
      let attempt = 0
      const { status, took, held } = await eventually('the breaker', async () => {
        attempt += 1
        const paths = [0, 1].map((at) => `/v1/hold/${attempt}/${at}`)
        const both = paths.map((path) => ask(path))
        await eventually('both requests', () => paths.every((path) => timesSeen(path) === 1))
        const start = performance.now()
        const third = await ask(`/v1/third/${attempt}`)
        const milliseconds = performance.now() - start
        backend.release()
        const statuses = (await Promise.all(both)).map((answer) => answer.status)
        return third.status === 200 ? undefined : { status: third.status, took: milliseconds, held: statuses }
      })

      expect(status).toBe(503)
      expect(took).toBeLessThan(1_000)
      expect(held).toEqual([200, 200])
      expect(timesSeen(`/v1/third/${attempt}`)).toBe(0)
    },
    TIMEOUT_MS,
  )
})

/** What the gateway refuses by itself, it refuses as order-api does. */
async function problemOf(answer: Response): Promise<unknown> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  return answer.json()
}
