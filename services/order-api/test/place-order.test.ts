import { describe, expect, it } from '@jest/globals'
import { fingerprint, orderId } from '@comanda/shared/identity'
import { placeOrderExample } from '@comanda/shared/messages'
import request from 'supertest'
import { ApiError } from '../src/domain/api-error.js'
import { createStand, receipts } from './http-stand.js'
import type { StandOptions } from './http-stand.js'

const order = placeOrderExample.data.order
const KEY = 'invoice-536365-first'

/** Posts a body as it is, with a valid token and key unless said otherwise. */
function place(
  options: StandOptions = {},
  headers: Readonly<Record<string, string>> = {},
  body: unknown = order,
) {
  const stand = createStand(options)
  const sending = request(stand.app)
    .post('/v1/orders')
    .set({
      authorization: 'Bearer storefront',
      'content-type': 'application/json',
      'idempotency-key': KEY,
      ...headers,
    })
    // As it is: superagent would write a buffer as JSON.
    .serialize((content) => content as string)
    .send(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
  return { stand, sending }
}

const withLine = (line: object) => ({ ...order, lines: [{ sku: 'A', quantity: 1, ...line }] })

describe('POST /v1/orders', () => {
  it('answers 202 with the id, and a location whose receipt proves the order', async () => {
    const { stand, sending } = place()

    const { status, body, headers } = await sending

    const id = orderId({ account: 'giftshop', actor: 'storefront' }, KEY, fingerprint(order))
    expect(status).toBe(202)
    const [path, receipt] = headers['location']!.split('?receipt=')
    expect(body).toEqual({ id, status: 'accepted', receipt })
    expect(path).toBe(`/v1/orders/${id}`)
    expect(receipts.check({ orderId: id, account: 'giftshop', actor: 'storefront' }, receipt!)).toEqual({
      kind: 'valid',
      acceptedAt: stand.state.now,
    })
    expect(headers['idempotency-replayed']).toBeUndefined()
    expect(stand.sent.map((command) => command.id)).toEqual([id])
  })

  it('gives a retry the same id, with the key bare or quoted and the keys of the body in any order', async () => {
    const { reference, ...rest } = order
    const answers = await Promise.all([
      place().sending,
      place({}, { 'idempotency-key': `"${KEY}"` }).sending,
      place({}, {}, { ...rest, reference }).sending,
    ])

    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  })

  it('says when the order was stored before', async () => {
    const { status, headers } = await place({ send: async () => 'known' }).sending

    expect(status).toBe(202)
    expect(headers['idempotency-replayed']).toBe('true')
  })

  it('refuses a key under which another order is stored', async () => {
    const { status, body } = await place({ send: async () => 'key_reused' }).sending

    expect(status).toBe(422)
    expect(body.type).toBe('urn:comanda:problem:idempotency_key_reused')
    expect(JSON.stringify(body)).not.toContain(KEY)
  })

  it('lets the trace of the caller travel with the order, when it is one', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const traced = place({}, { traceparent })
    const untraced = place({}, { traceparent: '00-00000000000000000000000000000000-00f067aa0ba902b7-01' })

    await Promise.all([traced.sending, untraced.sending])

    expect(traced.stand.sent[0]!.traceparent).toBe(traceparent)
    expect(untraced.stand.sent[0]!.traceparent).toBeUndefined()
  })

  it('accepts the same SKU on several lines', async () => {
    const line = { sku: '85123A', quantity: 1 }

    expect((await place({}, {}, { ...order, lines: [line, line] }).sending).status).toBe(202)
  })

  it.each(['queue_unavailable', 'overloaded'] as const)(
    'answers 503 with Retry-After and no id when it is %s',
    async (code) => {
      const { sending } = place({ send: () => Promise.reject(new ApiError(code, 'not now')) })

      const { status, body, headers } = await sending

      expect(status).toBe(503)
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect(body).toMatchObject({ type: `urn:comanda:problem:${code}`, status: 503 })
      expect(body).not.toHaveProperty('id')
    },
  )

  describe('refuses', () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    const json = JSON.stringify(order)

    it.each<[string, number, string | undefined, unknown]>([
      ['broken JSON', 400, undefined, '{"reference":'],
      ['no JSON at all', 400, undefined, 'reference=1'],
      ['an empty body', 400, undefined, ''],
      ['invalid UTF-8', 400, undefined, Buffer.from([0x22, 0xff, 0x22])],
      ['a NUL', 400, '/reference', json.replace('536365', '5\\u0000')],
      ['a NUL in a name', 400, '', json.replace('"reference"', '"a\\u0000":1,"reference"')],
      ['half of a surrogate pair', 400, '/reference', json.replace('536365', '\\ud800')],
      ['nesting over 16', 400, `/a${'/0'.repeat(15)}`, json.replace('{', `{"a":${deep(17)},`)],
      ['nesting that would break a recursive reader', 400, `/a${'/0'.repeat(15)}`, `{"a":${deep(100_000)}}`],
      ['an unknown property', 422, '/coupon', { ...order, coupon: 'x' }],
      ['an unknown property named __proto__', 422, '/__proto__', json.replace('{', '{"__proto__":{"a":1},')],
      [
        'metadata named __proto__',
        422,
        '/metadata/__proto__',
        JSON.stringify({ ...order, metadata: { k: 'v' } }).replace('"k":', '"__proto__":"a","k":'),
      ],
      ['an unknown property of a line', 422, '/lines/0/price', withLine({ price: '1' })],
      ['quantity 0', 422, '/lines/0/quantity', withLine({ quantity: 0 })],
      ['quantity 2^53', 422, '/lines/0/quantity', withLine({ quantity: 2 ** 53 })],
      ['quantity 1.5', 422, '/lines/0/quantity', withLine({ quantity: 1.5 })],
      ['a quantity as text', 422, '/lines/0/quantity', withLine({ quantity: '1' })],
      [
        'a quantity that overflows',
        422,
        '/lines/0/quantity',
        json.replace('"quantity":6', '"quantity":1e400'),
      ],
      ['price "1e3"', 422, '/lines/0/unitPrice', withLine({ unitPrice: '1e3' })],
      ['price "-1"', 422, '/lines/0/unitPrice', withLine({ unitPrice: '-1' })],
      ['price 10^20', 422, '/lines/0/unitPrice', withLine({ unitPrice: '1' + '0'.repeat(20) })],
      ['price with five decimals', 422, '/lines/0/unitPrice', withLine({ unitPrice: '1.00001' })],
      ['a price as a number', 422, '/lines/0/unitPrice', withLine({ unitPrice: 1 })],
      ['a reference of 200 KB', 422, '/reference', { ...order, reference: 'x'.repeat(200_000) }],
      ['no reference', 422, '/reference', { ...order, reference: undefined }],
      ['no lines', 422, '/lines', { ...order, lines: [] }],
      [
        '2,001 lines',
        422,
        '/lines',
        { ...order, lines: Array.from({ length: 2_001 }, () => ({ sku: 'A', quantity: 1 })) },
      ],
      ['a total of 10^12', 422, '/lines', withLine({ quantity: 1_000_000, unitPrice: '1000000' })],
      ['a currency that does not exist', 422, '/currency', { ...order, currency: 'XQQ' }],
      ['a country that does not exist', 422, '/shipTo/country', { ...order, shipTo: { country: 'ZZ' } }],
      ['an address that is none', 422, '/customer/email', { ...order, customer: { email: 'x' } }],
      [
        'more than 20 pairs of metadata',
        422,
        '/metadata',
        { ...order, metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, 'v'])) },
      ],
      ['a list', 422, '', []],
      ['null', 422, '', 'null'],
    ])('%s with %i and a pointer', async (_name, expected, pointer, body) => {
      const { stand, sending } = place({}, {}, body)

      const answer = await sending

      expect(answer.status).toBe(expected)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.body).toMatchObject({ status: expected, title: expect.any(String) })
      if (pointer !== undefined)
        expect(answer.body.errors).toContainEqual({ pointer, detail: expect.any(String) })
      expect(stand.sent).toEqual([])
    })

    it.each([
      ['no key', {}, 'idempotency_key_missing'],
      ['a key of 15 characters', { 'idempotency-key': 'x'.repeat(15) }, 'malformed'],
      ['a key of 256 characters', { 'idempotency-key': 'x'.repeat(256) }, 'malformed'],
    ])('%s with 400', async (_name, headers, code) => {
      const stand = createStand()

      const answer = await request(stand.app)
        .post('/v1/orders')
        .set({ authorization: 'Bearer storefront', ...headers })
        .send(order)

      expect(answer.status).toBe(400)
      expect(answer.body.type).toBe(`urn:comanda:problem:${code}`)
      expect(stand.sent).toEqual([])
    })

    it('a body over 256 KiB with 413, with its length stated or not, and goes on with the connection', async () => {
      const large = Buffer.alloc(256 * 1024 + 1, 0x20)
      const stated = await place({}, {}, large).sending
      const { stand } = place()
      const chunked = request(stand.app).post('/v1/orders').set({
        authorization: 'Bearer storefront',
        'content-type': 'application/json',
        'idempotency-key': KEY,
        'transfer-encoding': 'chunked',
      })
      for (let sent = 0; sent < large.length; sent += 65_536)
        chunked.write(large.subarray(sent, sent + 65_536))

      expect(stated.status).toBe(413)
      expect((await chunked).status).toBe(413)
    })

    it('a body of exactly 256 KiB not for its size', async () => {
      const body = JSON.stringify(order).padEnd(256 * 1024, ' ')

      expect((await place({}, {}, body).sending).status).toBe(202)
    })

    it.each(['text/plain', 'application/xml', 'application/json; charset=latin1', 'application/jsonx'])(
      'the content type %s with 415, before it parses',
      async (type) => {
        expect((await place({}, { 'content-type': type }, '{').sending).status).toBe(415)
      },
    )

    it('a compressed body with 415', async () => {
      expect((await place({}, { 'content-encoding': 'gzip' }).sending).status).toBe(415)
    })

    it.each(['application/json;charset=utf-8', 'Application/JSON; charset="UTF-8"'])(
      'not the content type %s',
      async (type) => {
        expect((await place({}, { 'content-type': type }).sending).status).toBe(202)
      },
    )
  })

  it('never repeats what was sent', async () => {
    const marker = 'canary-4711'
    const bodies = [
      `{"reference":"${marker}"`,
      { ...order, reference: marker.repeat(20) },
      withLine({ quantity: marker, unitPrice: marker }),
      { ...order, customer: { email: marker, language: marker + '!' } },
      { ...order, currency: marker, [marker.repeat(10)]: 1 },
    ]

    for (const body of bodies) {
      const { text, status } = await place({}, { 'idempotency-key': `${marker}-key-${marker}` }, body).sending

      expect(status).toBeGreaterThanOrEqual(400)
      expect(text).not.toContain(marker)
    }
  })

  it('says no more than it needs of many errors', async () => {
    const lines = Array.from({ length: 2_000 }, () => ({ sku: '', quantity: 0, unitPrice: 'x' }))

    const { body } = await place({}, {}, { ...order, lines }).sending

    expect(body.errors.length).toBe(20)
  })
})
