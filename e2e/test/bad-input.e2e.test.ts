import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { RequestOptions } from './support/api-client.js'
import { observe } from './support/ledger-check.js'
import { FREE_TEXT } from './support/log-canary.js'
import { newKey, orderOf, place, settledOrder } from './support/shop.js'
import type { Shop } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'

interface Row {
  readonly input: string
  readonly status: number
  readonly type?: string
  /** A JSON pointer that the answer has to name. */
  readonly pointer?: string
  readonly header?: readonly [string, RegExp]
  readonly request: () => RequestOptions
}

const good = () => orderOf('HEART')
const order = (change: Readonly<Record<string, unknown>>): RequestOptions => ({
  key: newKey(),
  body: { ...good(), ...change },
})
const line = (change: Readonly<Record<string, unknown>>) =>
  order({ lines: [{ sku: 'HEART', quantity: 1, ...change }] })
const nested = (depth: number): unknown => (depth === 0 ? 'deep' : [nested(depth - 1)])

const ROWS: readonly Row[] = [
  {
    input: 'no token',
    status: 401,
    header: ['www-authenticate', /^Bearer/],
    request: () => ({ ...order({}), headers: { authorization: undefined } }),
  },
  {
    input: 'a token that is none',
    status: 401,
    header: ['www-authenticate', /^Bearer/],
    request: () => ({ ...order({}), headers: { authorization: 'Bearer e30.e30.AAAA' } }),
  },
  { input: 'no key', status: 400, request: () => ({ body: good() }) },
  { input: 'a key of 15 characters', status: 400, request: () => ({ ...order({}), key: 'k'.repeat(15) }) },
  { input: 'a key of 256 characters', status: 400, request: () => ({ ...order({}), key: 'k'.repeat(256) }) },
  { input: 'broken JSON', status: 400, request: () => ({ key: newKey(), raw: '{"reference":' }) },
  {
    input: 'bytes that are no UTF-8',
    status: 400,
    request: () => ({ key: newKey(), raw: new Uint8Array([0x22, 0xc3, 0x28, 0x22]) }),
  },
  {
    input: 'a NUL',
    status: 400,
    pointer: '/reference',
    request: () => order({ reference: `${FREE_TEXT}\u0000` }),
  },
  {
    input: 'half of a surrogate pair',
    status: 400,
    pointer: '/metadata/note',
    request: () => order({ metadata: { note: `${FREE_TEXT}\ud800` } }),
  },
  {
    input: 'nesting deeper than 16',
    status: 400,
    request: () => order({ metadata: { note: nested(17) } }),
  },
  {
    input: 'an unknown property',
    status: 422,
    pointer: '/coupon',
    request: () => order({ coupon: FREE_TEXT }),
  },
  { input: 'no lines', status: 422, pointer: '/lines', request: () => order({ lines: [] }) },
  { input: 'quantity 0', status: 422, pointer: '/lines/0/quantity', request: () => line({ quantity: 0 }) },
  {
    input: 'quantity 2^53',
    status: 422,
    pointer: '/lines/0/quantity',
    request: () => line({ quantity: 2 ** 53 }),
  },
  ...['1e3', '-1', '100000000000000000000', '1.23456'].map((unitPrice) => ({
    input: `a price of ${unitPrice}`,
    status: 422,
    pointer: '/lines/0/unitPrice',
    request: () => line({ unitPrice }),
  })),
  {
    input: 'a price as a number',
    status: 422,
    pointer: '/lines/0/unitPrice',
    request: () => line({ unitPrice: 1 }),
  },
  {
    input: 'a reference of 200 KB',
    status: 422,
    pointer: '/reference',
    request: () => order({ reference: FREE_TEXT.repeat(11_700) }),
  },
  {
    input: '2,001 lines',
    status: 422,
    pointer: '/lines',
    request: () => order({ lines: Array.from({ length: 2_001 }, () => ({ sku: 'HEART', quantity: 1 })) }),
  },
  {
    input: 'an e-mail address that is none',
    status: 422,
    pointer: '/customer/email',
    request: () => order({ customer: { email: FREE_TEXT } }),
  },
  {
    input: 'a body over 256 KiB',
    status: 413,
    request: () => order({ metadata: { note: 'x'.repeat(256 * 1_024) } }),
  },
  {
    input: 'another content type',
    status: 415,
    request: () => ({ ...order({}), headers: { 'content-type': 'text/plain' } }),
  },
]

describe('bad input', () => {
  let stand: Stand
  let shop: Shop
  beforeAll(async () => {
    stand = await startStand()
    shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 10 } })
  })
  afterAll(() => stand.stop())

  const commands = async () =>
    (await observe<{ target: string }>(stand.target.databaseUrl, 'select target from commands')).map(
      ({ target }) => target,
    )

  it.each(ROWS)('answers $status to $input', async ({ status, pointer, header, request }) => {
    const answer = await shop.request('POST', '/v1/orders', request())

    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toMatchObject({ status, type: expect.stringMatching(/^urn:comanda:problem:/) })
    expect(answer.text).not.toContain(FREE_TEXT)
    expect(answer.text).not.toMatch(/\bat .*\.[jt]s:\d+/)
    expect(answer.headers.get('location')).toBeNull()
    if (pointer !== undefined) expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }))
    if (header !== undefined) expect(answer.headers.get(header[0])).toMatch(header[1])
  })

  it('answers 401 to a token that is over or whose signature is another one’s', async () => {
    const caller = { clientId: 'storefront', account: shop.account, scopes: ['orders:write'] }
    const [over, valid, other] = await Promise.all([
      stand.target.token({ ...caller, expiresInSeconds: -120 }),
      stand.target.token(caller),
      stand.target.token({ ...caller, account: 'another' }),
    ])
    const mixed = [...valid.split('.').slice(0, 2), other.split('.')[2]].join('.')
    const stranger = await stand.target.token({ ...caller, clientId: 'nobody-trusts-me' })

    for (const token of [over, mixed, stranger]) {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await shop.request('POST', '/v1/orders', { ...order({}), headers })

      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })

  it('answers 403 to a token without the scope and names the scope', async () => {
    const reader = await shop.client(['orders:read'])

    const answer = await reader.request('POST', '/v1/orders', order({}))

    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toMatch(/insufficient_scope.*orders:write/)
  })

  it('answers 405, 406 and 404 to methods, forms and paths that there are not', async () => {
    const method = await shop.request('DELETE', '/v1/orders')
    const form = await shop.request('GET', '/v1/orders', { headers: { accept: 'text/csv' } })
    const path = await shop.request('GET', '/v1/invoices')

    expect([method.status, form.status, path.status]).toEqual([405, 406, 404])
    expect(method.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST'])
  })

  it('takes an order with the same SKU on two lines', async () => {
    const lines = [
      { sku: 'HEART', quantity: 2 },
      { sku: 'HEART', quantity: 3 },
    ]

    const shown = await settledOrder(shop, await place(shop, orderOf('HEART', 1, { lines })))

    expect(shown).toMatchObject({ status: 'confirmed', lineCount: 2, total: '12.5000' })
    expect(await shop.available('HEART')).toBe(5)
  })

  it('sends nothing of it to the queue: only good commands arrive, those sent last included', async () => {
    const before = await commands()
    await Promise.all(ROWS.map(({ request }) => shop.request('POST', '/v1/orders', request())))
    const behind = await place(shop, good())
    await settledOrder(shop, behind)
    const { violations } = await stand.drained()

    expect((await commands()).toSorted()).toEqual([...before, behind.id].toSorted())
    expect(violations).toEqual([])
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
