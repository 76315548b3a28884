import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { encodeCursor } from '../src/adapters/http/cursor.js'
import { createStand, futureReceipts, receipts } from './http-stand.js'
import type { StandOptions } from './http-stand.js'
import { ACCOUNT, ORDER_ID, idOf, storedOrder, tombstone } from './orders-for-tests.js'
import type { StoredOrder } from '../src/domain/ports.js'

const subject = { orderId: ORDER_ID, account: ACCOUNT, actor: 'storefront' }
const receipt = receipts.issue(subject, new Date('2026-01-15T09:30:30.000Z'))
const having = (order: StoredOrder): StandOptions => ({ orders: [{ account: ACCOUNT, order }] })
const KEY = 'goods-in-2026-01-15'

function send(
  options: StandOptions,
  method: 'get' | 'post' | 'put',
  path: string,
  body?: object,
  { token = 'storefront', ...headers }: Readonly<Record<string, string>> = {},
) {
  const stand = createStand(options)
  const sending = request(stand.app)
    [method](path)
    .set({ authorization: `Bearer ${token}`, ...headers })
  return Object.assign(body === undefined ? sending : sending.send(body), { stand })
}

describe('POST /v1/orders/{id}/cancel', () => {
  const path = `/v1/orders/${ORDER_ID}/cancel`

  it.each([
    ['a confirmed order', having(storedOrder()), path],
    ['an order whose earlier cancel waits for it', having(tombstone()), path],
    ['an order without a row, with its receipt', {}, `${path}?receipt=${receipt}`],
    ['an order while the store is away, with its receipt', { storeAway: true }, `${path}?receipt=${receipt}`],
  ] as const)('takes the cancel of %s', async (_name, options, url) => {
    const sending = send(options, 'post', url, { reason: 'ordered twice' })
    const { status, body, headers } = await sending

    expect(status).toBe(202)
    expect(body).toEqual({ commandId: sending.stand.sent[0]!.id, status: 'accepted' })
    expect(headers['location']).toMatch(new RegExp(`^/v1/orders/${ORDER_ID}`))
    expect(JSON.parse(sending.stand.sent[0]!.body)).toMatchObject({
      type: 'comanda.order.cancel.v1',
      subject: ORDER_ID,
      data: { reason: 'ordered twice' },
    })
  })

  it('needs no body, and gives a retry the same id', async () => {
    const first = await send(having(storedOrder()), 'post', path)
    const retry = await send(having(storedOrder()), 'post', path)

    expect(first.status).toBe(202)
    expect(retry.body).toEqual(first.body)
  })

  it.each(['rejected', 'cancelled', 'shipped', 'delivered'] as const)(
    'refuses at once for an order that is %s',
    async (status) => {
      const order = storedOrder({ status, ...(status === 'rejected' ? { reason: 'out_of_stock' } : {}) })
      const sending = send(having(order), 'post', path)
      const answer = await sending

      expect(answer.status).toBe(409)
      expect(answer.body).toMatchObject({
        type: 'urn:comanda:problem:order_state_forbids',
        orderStatus: status,
      })
      expect(sending.stand.sent).toEqual([])
    },
  )

  it.each([
    ['an unknown order', {}, path, {}],
    ['an order with a receipt that is not its own', {}, `${path}?receipt=${receipt}x`, {}],
    ["another account's order", having(storedOrder()), path, { token: 'stranger' }],
    ["another shopper's order", having(storedOrder()), path, { token: 'shopper-1' }],
  ] as const)('gives 404 for %s', async (_name, options, url, headers) => {
    const sending = send(options, 'post', url, undefined, headers)

    expect((await sending).status).toBe(404)
    expect(sending.stand.sent).toEqual([])
  })

  it('gives 503 without a receipt while the store is away, and for a key that is not known yet', async () => {
    const newer = futureReceipts.issue(subject, new Date())

    expect((await send({ storeAway: true }, 'post', path)).status).toBe(503)
    expect((await send({}, 'post', `${path}?receipt=${newer}`)).status).toBe(503)
  })

  it('refuses a reason that is too long and an unknown property', async () => {
    const { status, body } = await send(having(storedOrder()), 'post', path, {
      reason: 'x'.repeat(201),
      why: 1,
    })

    expect(status).toBe(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/reason', '/why'])
  })
})

describe('POST /v1/orders/{id}/ship and /deliver', () => {
  const parcel = { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' }
  const shipped = storedOrder({ status: 'shipped', version: 2 })

  it('takes the shipping of a confirmed order', async () => {
    const sending = send(having(storedOrder()), 'post', `/v1/orders/${ORDER_ID}/ship`, parcel)

    expect((await sending).status).toBe(202)
    expect(JSON.parse(sending.stand.sent[0]!.body)).toMatchObject({
      type: 'comanda.order.ship.v1',
      data: parcel,
    })
  })

  it('takes the delivery of a shipped order, with an empty body or none', async () => {
    const path = `/v1/orders/${ORDER_ID}/deliver`

    expect((await send(having(shipped), 'post', path)).status).toBe(202)
    expect((await send(having(shipped), 'post', path, {})).status).toBe(202)
    expect((await send(having(shipped), 'post', path, { at: 'noon' })).status).toBe(422)
  })

  it.each([
    ['ship', tombstone()],
    ['ship', shipped],
    ['ship', storedOrder({ status: 'cancelled' })],
    ['deliver', storedOrder()],
    ['deliver', storedOrder({ status: 'delivered' })],
  ])('refuses to %s an order in the wrong state', async (what, order) => {
    const { status } = await send(
      having(order),
      'post',
      `/v1/orders/${ORDER_ID}/${what}`,
      what === 'ship' ? parcel : {},
    )

    expect(status).toBe(409)
  })

  it('knows no order without a row, also not by a receipt', async () => {
    expect((await send({}, 'post', `/v1/orders/${ORDER_ID}/ship`, parcel)).status).toBe(404)
    expect((await send({ storeAway: true }, 'post', `/v1/orders/${ORDER_ID}/ship`, parcel)).status).toBe(503)
  })

  it('needs carrier and tracking number', async () => {
    const { status, body } = await send(having(storedOrder()), 'post', `/v1/orders/${ORDER_ID}/ship`, {})

    expect(status).toBe(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/carrier',
      '/trackingNumber',
    ])
  })
})

describe('GET /v1/orders', () => {
  const orders = Array.from({ length: 5 }, (_, number) => ({
    account: ACCOUNT,
    order: storedOrder({
      id: idOf(number),
      reference: number === 3 ? 'R-3' : 'R',
      acceptedAt: new Date(Date.UTC(2026, 0, 15, 9, number)),
    }),
  }))

  it('lists newest first and leads to the next page, which keeps the filters', async () => {
    const { app } = createStand({ orders })
    const seen: string[] = []
    let path: string | undefined = '/v1/orders?limit=2&status=confirmed'
    while (path !== undefined) {
      const { status, body, headers }: request.Response = await request(app)
        .get(path)
        .set({ authorization: 'Bearer storefront' })
      expect(status).toBe(200)
      seen.push(...body.orders.map(({ id }: { id: string }) => id))
      path = body.next
      expect(headers['link']).toBe(path === undefined ? undefined : `<${path}>; rel="next"`)
    }

    expect(seen).toEqual([4, 3, 2, 1, 0].map(idOf))
  })

  it('shows summaries without lines, and no one else’s orders', async () => {
    const mine = await send({ orders }, 'get', '/v1/orders?reference=R-3')
    const others = await send({ orders }, 'get', '/v1/orders', undefined, { token: 'stranger' })
    const shopper = await send({ orders }, 'get', '/v1/orders', undefined, { token: 'shopper-1' })

    expect(mine.body.orders).toHaveLength(1)
    expect(mine.body.orders[0]).toMatchObject({ reference: 'R-3', customerId: '17850', lineCount: 1 })
    expect(mine.body.orders[0]).not.toHaveProperty('lines')
    expect(others.body).toEqual({ orders: [] })
    expect(shopper.body).toEqual({ orders: [] })
  })

  it.each([
    ['limit', '?limit=0'],
    ['limit', '?limit=101'],
    ['limit', '?limit=ten'],
    ['limit', '?limit=0x10'],
    ['limit', '?limit=1e1'],
    ['limit', '?limit=%205'],
    ['limit', '?limit=1&limit=2'],
    ['status', '?status=lost'],
    ['cursor', '?cursor=!'],
    ['cursor', '?cursor=WyJ4Il0'],
    ['cursor', `?cursor=${encodeCursor(['2026-01-15T09:30:00.000000+23:59', ORDER_ID])}`],
    ['placedFrom', '?placedFrom=yesterday'],
    ['*', '?page=2'],
  ])('refuses a bad %s: %s', async (parameter, query) => {
    const { status, body } = await send({ orders }, 'get', `/v1/orders${query}`)

    expect(status).toBe(400)
    expect(body.errors).toContainEqual({ parameter, detail: expect.any(String) })
  })

  it('gives 503 while the store is away', async () => {
    expect((await send({ storeAway: true }, 'get', '/v1/orders')).status).toBe(503)
  })
})

describe('the catalog', () => {
  const products = ['A/1', 'B 2', 'C'].map((sku) => ({
    account: ACCOUNT,
    product: { sku, price: '2.5500', currency: 'GBP', available: 10 },
  }))

  it('lists products page by page', async () => {
    const first = await send({ products }, 'get', '/v1/products?limit=2')
    const second = await send({ products }, 'get', first.body.next)

    expect(first.body.products.map(({ sku }: { sku: string }) => sku)).toEqual(['A/1', 'B 2'])
    expect(second.body).toEqual({ products: [products[2]!.product] })
  })

  it('shows a product, also one whose SKU has to be escaped', async () => {
    expect((await send({ products }, 'get', '/v1/products/A%2F1')).body).toEqual(products[0]!.product)
    expect((await send({ products }, 'get', '/v1/products/unknown')).status).toBe(404)
    expect((await send({ products }, 'get', '/v1/products/C', undefined, { token: 'stranger' })).status).toBe(
      404,
    )
    expect((await send({ products }, 'get', `/v1/products/${'x'.repeat(65)}`)).status).toBe(404)
    expect((await send({ products }, 'get', '/v1/products/a%00')).status).toBe(404)
    expect((await send({ products }, 'get', '/v1/products/%ff')).status).toBe(400)
  })

  it('takes a product; without a key each put is a command of its own', async () => {
    const product = { name: 'Heart', price: '2.55', currency: 'GBP' }
    const first = send({}, 'put', '/v1/products/A%2F1', product)
    const second = send({}, 'put', '/v1/products/A%2F1', product)
    const keyed = [1, 2].map(() => send({}, 'put', '/v1/products/C', product, { 'idempotency-key': KEY }))

    expect((await first).status).toBe(202)
    expect((await first).headers['location']).toBe('/v1/products/A%2F1')
    expect(JSON.parse(first.stand.sent[0]!.body)).toMatchObject({
      type: 'comanda.product.put.v1',
      subject: 'A/1',
      data: product,
    })
    expect((await second).body.commandId).not.toBe((await first).body.commandId)
    const [one, two] = await Promise.all(keyed)
    expect(one!.body.commandId).toBe(two!.body.commandId)
  })

  it('takes a change of stock, once per key', async () => {
    const change = { delta: -5, reason: 'broken' }
    const sending = send({}, 'post', '/v1/products/C/stock', change, { 'idempotency-key': KEY })
    const without = await send({}, 'post', '/v1/products/C/stock', change)

    expect((await sending).status).toBe(202)
    expect(JSON.parse(sending.stand.sent[0]!.body)).toMatchObject({
      type: 'comanda.stock.adjust.v1',
      subject: 'C',
      data: change,
    })
    expect(without.status).toBe(400)
    expect(without.body.type).toBe('urn:comanda:problem:idempotency_key_missing')
  })

  it.each([
    ['put', '/v1/products/C', { price: '-1', currency: 'GBP' }, '/price'],
    ['put', '/v1/products/C', { price: '1', currency: 'gbp' }, '/currency'],
    ['post', '/v1/products/C/stock', { delta: 0, reason: 'x' }, '/delta'],
    ['post', '/v1/products/C/stock', { delta: 1.5, reason: 'x' }, '/delta'],
    ['post', '/v1/products/C/stock', { delta: 1 }, '/reason'],
  ] as const)('refuses to %s %s with %j', async (method, path, content, pointer) => {
    const { status, body } = await send({}, method, path, content, { 'idempotency-key': KEY })

    expect(status).toBe(422)
    expect(body.errors).toContainEqual({ pointer, detail: expect.any(String) })
  })
})
