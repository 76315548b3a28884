import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { crossOrigin } from '../src/adapters/http/cross-origin.js'
import { shedLoad } from '../src/adapters/http/shed-load.js'
import { createStand } from './http-stand.js'
import { ORDER_ID } from './orders-for-tests.js'

const SHOP = 'https://shop.example'
const EVIL = 'https://shop.example.evil.example'
const PATHS = ['/v1/orders', `/v1/orders/${ORDER_ID}`, '/v1/products', '/openapi.json', '/nowhere'] as const
const PREFLIGHT = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,idempotency-key',
}

function call(
  corsOrigins: readonly string[] | undefined,
  method: 'get' | 'options',
  path: string,
  origin: string,
) {
  const { app } = createStand(corsOrigins === undefined ? {} : { corsOrigins })
  return request(app)[method](path).set({ origin, authorization: 'Bearer storefront' })
}

const corsHeaders = (headers: object) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'))

describe('without origins in the settings', () => {
  it.each(PATHS)(
    '%s says nothing of other origins, and a preflight is a method like any other',
    async (path) => {
      const answer = await call(undefined, 'get', path, SHOP)
      const preflight = await call(undefined, 'options', path, SHOP).set(PREFLIGHT)

      expect(corsHeaders(answer.headers)).toEqual([])
      expect(answer.headers).not.toHaveProperty('vary')
      expect(corsHeaders(preflight.headers)).toEqual([])
      expect([404, 405]).toContain(preflight.status)
    },
  )
})

describe('with an origin in the settings', () => {
  it.each(PATHS)('%s may be read by its scripts, refusals too', async (path) => {
    const { headers } = await call([SHOP], 'get', path, SHOP)

    expect(headers['access-control-allow-origin']).toBe(SHOP)
    expect(headers['access-control-expose-headers']).toContain('location')
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
    expect(headers['vary']).toBe('Origin')
    expect(headers['cache-control']).toBe('no-store')
  })

  it('that there is no time for a request, and when to come back, may be read too', async () => {
    const shedder = { admits: () => false, enter: () => undefined, leave: () => undefined }
    const overloaded = shedLoad(() => undefined, {
      shedder,
      onShed: () => undefined,
      draining: () => false,
    })

    const { status, headers, body } = await request(crossOrigin([SHOP], overloaded))
      .post('/v1/orders')
      .set({ origin: SHOP })

    expect(status).toBe(503)
    expect(body).toMatchObject({ type: 'urn:comanda:problem:overloaded' })
    expect(headers['access-control-allow-origin']).toBe(SHOP)
    expect(headers['access-control-expose-headers']).toContain('retry-after')
    expect(headers['content-type']).toBe('application/problem+json')
  })

  it('a preflight is answered with what the API takes', async () => {
    const { status, headers, text } = await call([SHOP], 'options', '/v1/orders', SHOP).set(PREFLIGHT)

    expect(status).toBe(204)
    expect(text).toBe('')
    expect(headers['access-control-allow-origin']).toBe(SHOP)
    expect(headers['access-control-allow-methods']).toContain('POST')
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-none-match', 'prefer'])
      expect(headers['access-control-allow-headers']).toContain(name)
    expect(headers).not.toHaveProperty('content-length')
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it.each([EVIL, 'http://shop.example', 'https://SHOP.example', 'https://shop.example:444', 'null', '*'])(
    'scripts of %s read nothing, and caches are told that answers differ',
    async (origin) => {
      const answer = await call([SHOP], 'get', '/v1/orders', origin)
      const preflight = await call([SHOP], 'options', '/v1/orders', origin).set(PREFLIGHT)

      expect(corsHeaders(answer.headers)).toEqual([])
      expect(answer.headers['vary']).toBe('Origin')
      expect(corsHeaders(preflight.headers)).toEqual([])
      expect(preflight.status).toBe(405)
    },
  )

  it('OPTIONS without the words of a preflight is a method that is not allowed', async () => {
    expect((await call([SHOP], 'options', '/v1/orders', SHOP)).status).toBe(405)
  })

  it('a request without an origin is answered as ever', async () => {
    const { app } = createStand({ corsOrigins: [SHOP] })

    const { status, headers } = await request(app)
      .get('/v1/orders')
      .set({ authorization: 'Bearer storefront' })

    expect(status).toBe(200)
    expect(corsHeaders(headers)).toEqual([])
  })
})
