import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { ShownAccepted, ShownOrder } from '../src/adapters/http/order-schemas.js'
import { NOW, createStand, futureReceipts, receipts } from './http-stand.js'
import type { StandOptions } from './http-stand.js'
import { ACCOUNT, ORDER_ID, storedOrder, tombstone } from './orders-for-tests.js'

const subject = { orderId: ORDER_ID, account: ACCOUNT, actor: 'storefront' }
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)
const receipt = receipts.issue(subject, minutesAgo(1))
const stored: StandOptions = { orders: [{ account: ACCOUNT, order: storedOrder() }] }

function get(
  options: StandOptions,
  path: string,
  token = 'storefront',
  headers: Record<string, string> = {},
) {
  const stand = createStand(options)
  return Object.assign(
    request(stand.app)
      .get(path)
      .set({ authorization: `Bearer ${token}`, ...headers }),
    { stand },
  )
}

describe('GET /v1/orders/{id}', () => {
  it('shows a stored order with lines, amounts and a timeline in words', async () => {
    const { status, body, headers } = await get(stored, `/v1/orders/${ORDER_ID}`)

    expect(status).toBe(200)
    expect(headers['etag']).toBe('"1"')
    expect(ShownOrder.parse(body)).toEqual(body)
    expect(body).toMatchObject({
      id: ORDER_ID,
      status: 'confirmed',
      version: 1,
      total: '15.3000',
      currency: 'GBP',
      lines: [{ sku: '85123A', quantity: 6, unitPrice: '2.5500', amount: '15.3000' }],
      customer: { id: '17850', email: 'customer-17850@shop.example' },
      timeline: [
        { version: 0, status: 'accepted', text: 'The order was accepted.' },
        { version: 1, status: 'confirmed', actor: 'storefront' },
      ],
    })
    expect(body).not.toHaveProperty('actor')
  })

  it('shows the reason of a rejection', async () => {
    const order = storedOrder({ status: 'rejected', reason: 'idempotency_key_reused' })

    const { body } = await get({ orders: [{ account: ACCOUNT, order }] }, `/v1/orders/${ORDER_ID}`)

    expect(body).toMatchObject({ status: 'rejected', reason: 'idempotency_key_reused' })
  })

  it('shows an accepted order without a row to who has its receipt', async () => {
    const { status, body, headers } = await get({}, `/v1/orders/${ORDER_ID}?receipt=${receipt}`)

    expect(status).toBe(200)
    expect(body).toEqual({
      id: ORDER_ID,
      status: 'accepted',
      version: 0,
      acceptedAt: minutesAgo(1).toISOString(),
    })
    expect(ShownAccepted.parse(body)).toEqual(body)
    expect(headers).toMatchObject({ etag: '"0"', 'retry-after': '1' })
  })

  it('calls an order delayed that has no row after fifteen minutes', async () => {
    const old = receipts.issue(subject, minutesAgo(16))

    const { body, headers } = await get({}, `/v1/orders/${ORDER_ID}?receipt=${old}`)

    expect(body).toMatchObject({ status: 'delayed', version: 0 })
    expect(headers['etag']).not.toBe('"0"')
  })

  it('shows the tombstone of an early cancel like an accepted order', async () => {
    const order = tombstone({ acceptedAt: minutesAgo(1) })

    const { status, body, headers } = await get(
      { orders: [{ account: ACCOUNT, order }] },
      `/v1/orders/${ORDER_ID}`,
    )

    expect(status).toBe(200)
    expect(body).toEqual({
      id: ORDER_ID,
      status: 'accepted',
      version: 0,
      acceptedAt: minutesAgo(1).toISOString(),
    })
    expect(headers['retry-after']).toBe('1')
  })

  it('gives one and the same 404 to all that is not the caller’s', async () => {
    const forged = `${receipt.slice(0, -2)}${receipt.endsWith('AA') ? 'BA' : 'AA'}`
    const foreign = receipts.issue({ ...subject, account: 'otherhouse' }, minutesAgo(1))
    const ofAnother = receipts.issue(
      { ...subject, orderId: '00000000-0000-8000-8000-000000000000' },
      minutesAgo(1),
    )

    const answers = await Promise.all([
      get({}, `/v1/orders/${ORDER_ID}`),
      get(stored, `/v1/orders/${ORDER_ID}`, 'stranger'),
      get(stored, `/v1/orders/${ORDER_ID}`, 'shopper-1'),
      get({}, `/v1/orders/${ORDER_ID}?receipt=${forged}`),
      get({}, `/v1/orders/${ORDER_ID}?receipt=${foreign}`),
      get({}, `/v1/orders/${ORDER_ID}?receipt=${ofAnother}`),
      get({}, `/v1/orders/${ORDER_ID}?receipt=nonsense`),
      get({}, `/v1/orders/${ORDER_ID}?receipt=${receipt}`, 'stranger'),
    ])

    for (const { status, text } of answers) {
      expect(status).toBe(404)
      expect(text).toBe(answers[0].text)
    }
  })

  it.each(['not-an-id', ORDER_ID.toUpperCase(), '%00', `${ORDER_ID}x`])(
    'knows no order named %s',
    async (id) => {
      expect((await get(stored, `/v1/orders/${id}`)).status).toBe(404)
    },
  )

  it('shows a shopper its own order', async () => {
    const orders = [{ account: ACCOUNT, order: storedOrder({ actor: 'shopper-1' }) }]

    expect((await get({ orders }, `/v1/orders/${ORDER_ID}`, 'shopper-1')).status).toBe(200)
  })

  it('does not call a receipt forged that a newer key signed', async () => {
    const newer = futureReceipts.issue(subject, minutesAgo(1))

    const unknown = await get({}, `/v1/orders/${ORDER_ID}?receipt=${newer}`)
    const row = await get(stored, `/v1/orders/${ORDER_ID}?receipt=${newer}`)

    expect(unknown.status).toBe(503)
    expect(unknown.headers['retry-after']).toBeDefined()
    expect(row.status).toBe(200)
  })

  it('guesses no state while the store is away, and says with a receipt that the order was accepted', async () => {
    const without = await get({ storeAway: true }, `/v1/orders/${ORDER_ID}`)
    const withReceipt = await get({ storeAway: true }, `/v1/orders/${ORDER_ID}?receipt=${receipt}`)

    expect(without.status).toBe(503)
    expect(without.headers['retry-after']).toBeDefined()
    expect(without.body).not.toHaveProperty('accepted')
    expect(withReceipt.status).toBe(503)
    expect(withReceipt.body).toMatchObject({ accepted: true, acceptedAt: minutesAgo(1).toISOString() })
    expect(withReceipt.body).not.toHaveProperty('state')
  })

  it.each(['"1"', 'W/"1"', '"7", "1"', '*'])('answers 304 to If-None-Match: %s', async (tags) => {
    const answer = await get(stored, `/v1/orders/${ORDER_ID}`, 'storefront', { 'if-none-match': tags })

    expect(answer.status).toBe(304)
    expect(answer.headers['etag']).toBe('"1"')
    expect(answer.text).toBe('')
  })

  it('answers 200 when the caller holds another version', async () => {
    const answer = await get(stored, `/v1/orders/${ORDER_ID}`, 'storefront', { 'if-none-match': '"0"' })

    expect(answer.status).toBe(200)
  })

  it('waits for a change and shows it', async () => {
    const orders = [{ account: ACCOUNT, order: storedOrder() }]
    const changed = async () => {
      orders[0] = { account: ACCOUNT, order: storedOrder({ status: 'shipped', version: 2 }) }
      return true
    }

    const asking = get({ orders, changed }, `/v1/orders/${ORDER_ID}`, 'storefront', {
      'if-none-match': '"1"',
      prefer: 'wait=5',
    })
    const answer = await asking

    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ status: 'shipped', version: 2 })
    expect(answer.headers).toMatchObject({ etag: '"2"', 'preference-applied': 'wait=5' })
    expect(asking.stand.waits).toEqual([5_000])
  })

  it('waits at most 20 seconds and answers 304 when nothing changes', async () => {
    const asking = get(stored, `/v1/orders/${ORDER_ID}`, 'storefront', {
      'if-none-match': '"1"',
      prefer: 'respond-async, wait=3600',
    })
    const answer = await asking

    expect(answer.status).toBe(304)
    expect(answer.headers['preference-applied']).toBe('wait=20')
    expect(asking.stand.waits).toEqual([20_000])
  })

  it('waits with a receipt for an order that has no row yet', async () => {
    const orders: { account: string; order: ReturnType<typeof storedOrder> }[] = []
    const changed = async () => {
      orders.push({ account: ACCOUNT, order: storedOrder() })
      return true
    }

    const answer = await get({ orders, changed }, `/v1/orders/${ORDER_ID}?receipt=${receipt}`, 'storefront', {
      'if-none-match': '"0"',
      prefer: 'wait=20',
    })

    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ status: 'confirmed' })
  })

  it('does not wait for who holds nothing, and not when the caller is behind already', async () => {
    const holdsNothing = get(stored, `/v1/orders/${ORDER_ID}`, 'storefront', { prefer: 'wait=20' })
    const behind = get(stored, `/v1/orders/${ORDER_ID}`, 'storefront', {
      prefer: 'wait=20',
      'if-none-match': '"0"',
    })

    expect((await holdsNothing).headers['preference-applied']).toBeUndefined()
    expect((await behind).status).toBe(200)
    expect([...holdsNothing.stand.waits, ...behind.stand.waits]).toEqual([])
  })

  it('refuses query parameters that it does not know or that come twice', async () => {
    const unknown = await get(stored, `/v1/orders/${ORDER_ID}?recipt=x`)
    const twice = await get(stored, `/v1/orders/${ORDER_ID}?receipt=a&receipt=b`)

    expect(unknown.status).toBe(400)
    expect(unknown.body.errors).toHaveLength(1)
    expect(twice.status).toBe(400)
    expect(twice.body.errors).toEqual([{ parameter: 'receipt', detail: 'must be given once' }])
  })

  it('names a query parameter once, however often it comes', async () => {
    const { status, body } = await get(stored, `/v1/orders/${ORDER_ID}?${'receipt=a&'.repeat(50)}`)

    expect(status).toBe(400)
    expect(body.errors).toEqual([{ parameter: 'receipt', detail: 'must be given once' }])
  })

  it('answers a receipt of any length as a forged one', async () => {
    const { status, body } = await get({}, `/v1/orders/${ORDER_ID}?receipt=${'r'.repeat(5_000)}`)

    expect(status).toBe(404)
    expect(body).toMatchObject({ type: 'urn:comanda:problem:not_found' })
  })
})
