import { createServer } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { OrderDocument, placeOrderExample } from '@comanda/shared/messages'
import request from 'supertest'
import { createApp } from '../src/adapters/http/app.js'
import { findUnreadable } from '../src/adapters/http/find-unreadable.js'
import type { Operation, Route } from '../src/adapters/http/operation.js'
import { OPERATIONS } from '../src/adapters/http/operations.js'
import { openApiDocument } from '../src/openapi.js'
import { createStand } from './http-stand.js'
import { ORDER_ID } from './orders-for-tests.js'

const pathOf = ({ path }: Operation) =>
  path.replace('{id}', ORDER_ID).replace('{sku}', 'A').replace('{file}', 'start.js')
const guarded = OPERATIONS.filter(({ scopes }) => scopes !== null)

describe('every route', () => {
  it.each(guarded.map((operation) => [operation.id, operation] as const))(
    '%s asks for a token, before it reads anything else',
    async (_id, operation) => {
      const { app } = createStand()
      const without = await request(app)[operation.method](pathOf(operation))
      const bad = await request(app)
        [operation.method](pathOf(operation))
        .set({ authorization: 'Bearer x.y.z', 'content-type': 'text/plain' })

      for (const answer of [without, bad]) {
        expect(answer.status).toBe(401)
        expect(answer.headers['content-type']).toBe('application/problem+json')
      }
      expect(without.headers['www-authenticate']).toBe('Bearer realm="comanda"')
      expect(bad.headers['www-authenticate']).toContain('error="invalid_token"')
    },
  )

  it.each(guarded.map((operation) => [operation.id, operation] as const))(
    '%s asks for its scope',
    async (_id, operation) => {
      const { status, headers } = await request(createStand().app)
        [operation.method](pathOf(operation))
        .set({ authorization: 'Bearer nobody' })

      expect(status).toBe(403)
      expect(headers['www-authenticate']).toBe(
        `Bearer realm="comanda", error="insufficient_scope", scope="${operation.scopes!.join(' ')}"`,
      )
    },
  )

  it.each([
    '/v1/orders',
    `/v1/orders/${ORDER_ID}`,
    `/v1/orders/${ORDER_ID}/cancel`,
    '/v1/products/A',
    '/docs',
  ])('of %s answers other methods with 405 and what is allowed', async (path) => {
    const { app } = createStand()
    const allowed = OPERATIONS.filter((operation) => pathOf(operation) === path).map(({ method }) => method)

    for (const method of ['delete', 'patch', 'options'] as const) {
      const { status, headers } = await request(app)[method](path)

      expect(status).toBe(405)
      for (const name of allowed) expect(headers['allow']).toContain(name.toUpperCase())
    }
  })

  it('is carried out by a handler', () => {
    const carriedOut = createStand().routes.map(({ operation }) => operation.id)

    expect(carriedOut.sort()).toEqual(OPERATIONS.map(({ id }) => id).sort())
  })

  it('declares its scopes, or the service does not start', () => {
    const { routes } = createStand()
    const { scopes: _scopes, ...undeclared } = routes[0]!.operation
    const edge = {
      authenticator: undefined!,
      limits: undefined!,
      shedder: undefined!,
      observe: () => undefined,
      draining: () => false,
    }

    for (const operation of [undeclared, { ...undeclared, scopes: [] }, { ...undeclared, scopes: undefined }])
      expect(() => createApp(edge, [{ ...routes[0]!, operation } as unknown as Route])).toThrow('placeOrder')
  })
})

describe('an answer', () => {
  it.each(['/v1/orders', '/nowhere', '/openapi.json', '/docs', '/docs/start.js', '/v1/orders/'])(
    'for %s is not stored, not guessed at and says nothing of the server',
    async (path) => {
      const { headers } = await request(createStand().app)
        .get(path)
        .set({ authorization: 'Bearer storefront' })

      expect(headers['cache-control']).toMatch(/no-store|max-age/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers).not.toHaveProperty('x-powered-by')
    },
  )

  it('for an unknown path is a problem document, also where the path cannot be decoded', async () => {
    const unknown = await request(createStand().app).get('/v1/nothing')
    const undecodable = await request(createStand().app).get('/v1/orders/%E0%A4%A')

    expect(unknown.status).toBe(404)
    expect(unknown.headers['content-type']).toBe('application/problem+json')
    expect(undecodable.status).toBe(400)
  })

  it.each([
    ['application/xml', 406],
    ['application/json;q=0', 406],
    ['text/html, application/json;q=0.5', 200],
    ['application/*', 200],
    ['*/*', 200],
  ])('takes Accept: %s for %i', async (accept, expected) => {
    const { status } = await request(createStand().app)
      .get('/v1/orders')
      .set({ authorization: 'Bearer storefront', accept })

    expect(status).toBe(expected)
  })

  it('closes its connection while the service drains', async () => {
    const { app, state } = createStand()
    state.draining = true

    const { status, headers } = await request(app)
      .get('/v1/orders')
      .set({ authorization: 'Bearer storefront' })

    expect(status).toBe(200)
    expect(headers['connection']).toBe('close')
  })

  it('tells nothing of a defect', async () => {
    const { app, answered } = createStand({ send: () => Promise.reject(new TypeError('secret detail')) })

    const { status, text } = await request(app)
      .put('/v1/products/A')
      .set({ authorization: 'Bearer storefront' })
      .send({ price: '1', currency: 'GBP' })

    expect(status).toBe(500)
    expect(text).not.toContain('secret')
    expect(answered[0]).toMatchObject({ status: 500, error: { code: 'internal' } })
  })

  it('to HEAD has the headers of GET and no body', async () => {
    const { status, headers, text } = await request(createStand().app)
      .head('/v1/orders')
      .set({ authorization: 'Bearer storefront' })

    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json')
    expect(text).toBeFalsy()
  })
})

describe('a body', () => {
  it('is not parsed when there is no time for it', async () => {
    const { app, state } = createStand()
    const post = () =>
      request(app)
        .post('/v1/orders')
        .set({
          authorization: 'Bearer storefront',
          'idempotency-key': 'key-of-sixteen-characters',
          'content-type': 'application/json',
        })
        .send('{')
    expect((await post()).status).toBe(400)
    state.overloaded = true

    const { status, headers, body } = await post()

    expect(status).toBe(503)
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect(body).toMatchObject({ type: 'urn:comanda:problem:overloaded' })
  })
})

describe('a request that is worked on', () => {
  it.each(['/v1/orders', '/openapi.json'])(
    'is looked at once more when it is complete, with a body or without: GET %s',
    async (path) => {
      const { app, state } = createStand()
      state.overloaded = true

      const { status } = await request(app).get(path).set({ authorization: 'Bearer storefront' })

      expect([status, state.underWay]).toEqual([503, 0])
    },
  )

  it.each([
    ['answered', () => Promise.resolve('sent' as const)],
    ['failed', () => Promise.reject(new Error('a bug'))],
  ])('counts as under way until it is %s', async (_how, outcome) => {
    const seen: number[] = []
    const { app, state } = createStand({
      send: () => {
        seen.push(state.underWay)
        return outcome()
      },
    })

    await request(app)
      .post('/v1/orders')
      .set({ authorization: 'Bearer storefront', 'idempotency-key': 'key-of-sixteen-characters' })
      .send(placeOrderExample.data.order)

    expect(seen).toEqual([1])
    expect(state.underWay).toBe(0)
  })
})

describe('the limits of an account', () => {
  const list = (app: Parameters<typeof request>[0], actor = 'storefront') =>
    request(app)
      .get('/v1/orders')
      .set({ authorization: `Bearer ${actor}` })

  it('are told with every answer, and past them with 429', async () => {
    const { app } = createStand({ perMinute: 60 })
    for (let sent = 1; sent <= 60; sent++)
      expect((await list(app)).headers['ratelimit']).toContain(`"reads";r=${60 - sent};t=`)

    const { status, headers, body } = await list(app)

    expect(status).toBe(429)
    expect(headers['content-type']).toBe('application/problem+json')
    expect(headers['ratelimit-policy']).toBe('"reads";q=60;w=60')
    expect(headers['ratelimit']).toBe(`"reads";r=0;t=${headers['retry-after']}`)
    expect(body).toMatchObject({ type: 'urn:comanda:problem:rate_limited', status: 429 })
    expect((await list(app, 'stranger')).status).toBe(200)
  })

  it('are not used up by who has no part in it', async () => {
    const { app } = createStand({ perMinute: 60 })
    for (let sent = 1; sent <= 60; sent++) expect((await list(app, 'nobody')).status).toBe(403)

    expect((await list(app)).headers['ratelimit']).toContain('"reads";r=59;t=')
  })

  it('bound its requests at once, and end with each answer', async () => {
    const held = Promise.withResolvers<'sent'>()
    const started = Promise.withResolvers<undefined>()
    const { app } = createStand({
      maxAtOnce: 1,
      send: () => {
        started.resolve(undefined)
        return held.promise
      },
    })
    const put = request(app)
      .put('/v1/products/A')
      .set({ authorization: 'Bearer storefront' })
      .send({ price: '1', currency: 'GBP' })
      .then(({ status }) => status)
    await started.promise

    const refused = await list(app)

    expect(refused.status).toBe(429)
    expect(refused.body).toMatchObject({ type: 'urn:comanda:problem:too_many_at_once' })
    expect(refused.headers['retry-after']).toBeDefined()
    expect((await list(app, 'stranger')).status).toBe(200)
    held.resolve('sent')
    expect(await put).toBe(202)
    expect((await list(app)).status).toBe(200)
  })
})

describe('whatever JSON a client sends', () => {
  const shapes = fc.oneof(
    fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }),
    fc.record({ reference: fc.string(), currency: fc.constant('GBP'), lines: fc.array(fc.jsonValue()) }),
    fc.record({
      reference: fc.string({ unit: 'binary' }),
      currency: fc.constantFrom('GBP', 'EUR', 'gbp'),
      lines: fc.array(
        fc.record({
          sku: fc.string(),
          quantity: fc.oneof(fc.integer(), fc.double()),
          unitPrice: fc.oneof(fc.string(), fc.integer({ min: 0 }).map(String)),
        }),
        { maxLength: 5 },
      ),
      customer: fc.jsonValue(),
      metadata: fc.dictionary(fc.string(), fc.string()),
    }),
  )

  it('the answer is 202 or a 4xx', async () => {
    const { app } = createStand()
    const server = createServer(app).listen(0, '127.0.0.1')
    try {
      await fc.assert(
        fc.asyncProperty(shapes, async (value) => {
          const { status } = await request(server)
            .post('/v1/orders')
            .set({ authorization: 'Bearer storefront', 'content-type': 'application/json' })
            .set({ 'idempotency-key': 'key-0123456789abcdef' })
            .send(JSON.stringify(value))

          expect([202, 400, 422]).toContain(status)
        }),
        { numRuns: 200 },
      )
    } finally {
      server.close()
    }
  })

  it('what cannot be stored is refused by the schema too', () => {
    const poison = fc.constantFrom('\u0000', '\ud800', 'a\udfff', 'x\u0000y')
    const text = fc.oneof(
      { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 10 }) },
      { weight: 1, arbitrary: poison },
    )
    const order = fc.record(
      {
        reference: text,
        currency: fc.constant('GBP'),
        lines: fc.array(fc.record({ sku: text, quantity: fc.constant(1) }), { minLength: 1, maxLength: 3 }),
        customer: fc.record({ id: text, name: text }, { requiredKeys: [] }),
        shipTo: fc.record(
          { country: fc.constant('GB'), city: text, line1: text },
          { requiredKeys: ['country'] },
        ),
        metadata: fc.dictionary(text, text, { maxKeys: 3 }),
      },
      { requiredKeys: ['reference', 'currency', 'lines'] },
    )

    fc.assert(
      fc.property(order, (value) => {
        if (OrderDocument.safeParse(value).success) expect(findUnreadable(value)).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the documentation', () => {
  it('is a page whose parts all come from here', async () => {
    const { app } = createStand()
    const page = await request(app).get('/docs')
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!)

    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(parts.length).toBe(6)
    for (const part of parts) expect((await request(app).get(part)).status).toBe(200)
    expect((await request(app).get('/docs/package.json')).status).toBe(404)
  })

  it('is the OpenAPI document of all operations, with every answer that they give', async () => {
    const { body } = await request(createStand().app).get('/openapi.json')

    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())))
    expect(body.openapi).toBe('3.1.0')
    for (const { id, method, path, scopes } of OPERATIONS) {
      const documented = body.paths[path][method]
      expect(documented.operationId).toBe(id)
      if (scopes !== null)
        expect(Object.keys(documented.responses)).toEqual(expect.arrayContaining(['401', '403']))
    }
  })
})
