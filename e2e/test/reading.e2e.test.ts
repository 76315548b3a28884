import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Answer, ApiClient } from './support/api-client.js'
import { newKey, orderOf, place, placedBy, settledOrder } from './support/shop.js'
import type { PlacedOrder } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'

describe('who sees which orders', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await startStand()
  })
  afterAll(() => stand.stop())

  /** All pages of a list, from the newest order to the oldest. */
  async function pagesOf(client: ApiClient, query: string): Promise<Answer['body'][][]> {
    const pages: Answer['body'][][] = []
    for (let path: string | undefined = `/v1/orders?${query}`; path !== undefined;) {
      const { status, body, headers } = await client.request('GET', path)
      expect(status).toBe(200)
      expect(headers.get('link')).toBe(body.next === undefined ? null : `<${body.next}>; rel="next"`)
      pages.push(body.orders)
      path = body.next
    }
    return pages
  }
  const idsOf = (pages: Answer['body'][][]) => pages.flat().map(({ id }) => id as string)

  describe('lists of 25 orders', () => {
    let client: ApiClient
    let placed: readonly PlacedOrder[]
    beforeAll(async () => {
      const shop = await stand.openShop()
      await shop.stock({ HEART: { quantity: 15 } })
      client = shop
      placed = await Promise.all(
        Array.from({ length: 25 }, (_, number) =>
          place(
            shop,
            orderOf('HEART', 1, {
              reference: `batch-${number % 5}`,
              customer: { id: `customer-${number % 2}` },
              placedAt: `2026-01-${String(number + 1).padStart(2, '0')}T12:00:00Z`,
            }),
          ),
        ),
      )
      await Promise.all(placed.map((order) => settledOrder(shop, order)))
    })

    it('shows every order once over all pages, newest first', async () => {
      const pages = await pagesOf(client, 'limit=10')

      expect(pages.map(({ length }) => length)).toEqual([10, 10, 5])
      expect(idsOf(pages).toSorted()).toEqual(placed.map(({ id }) => id).toSorted())
      const times = pages.flat().map(({ acceptedAt }) => acceptedAt as string)
      expect(times).toEqual(times.toSorted().toReversed())
    })

    it('filters by status, reference, customer and business time, page by page', async () => {
      const all = (await pagesOf(client, 'limit=100')).flat()
      const matching = async (query: string) => idsOf(await pagesOf(client, `limit=3&${query}`))
      const ids = (wanted: (order: Answer['body']) => boolean) => all.filter(wanted).map(({ id }) => id)

      expect(await matching('status=rejected')).toEqual(ids(({ status }) => status === 'rejected'))
      expect(await matching('status=confirmed')).toHaveLength(15)
      expect(await matching('reference=batch-3')).toEqual(ids(({ reference }) => reference === 'batch-3'))
      expect(await matching('reference=batch-3')).toHaveLength(5)
      expect(await matching('customerId=customer-1')).toHaveLength(12)
      const days = 'placedFrom=2026-01-05T12:00:00Z&placedTo=2026-01-09T12:00:00Z'
      expect(await matching(days)).toHaveLength(5)
      expect(await matching(`${days}&customerId=customer-1&status=cancelled`)).toEqual([])
      expect(await matching('status=shipped')).toEqual([])
    })

    it('shows no order twice and leaves none out while new ones come in between two pages', async () => {
      const first = await client.request('GET', '/v1/orders?limit=10')
      const more = await Promise.all(Array.from({ length: 3 }, () => place(client, orderOf('HEART'))))
      await Promise.all(more.map((order) => settledOrder(client, order)))

      const rest = await pagesOf(client, first.body.next.split('?')[1])

      const seen = [...idsOf([first.body.orders]), ...idsOf(rest)]
      expect(seen.toSorted()).toEqual(placed.map(({ id }) => id).toSorted())
    })
  })

  it('answers for an order of another account as for one that does not exist', async () => {
    const [owner, stranger] = await Promise.all([stand.openShop(), stand.openShop()])
    await owner.stock({ HEART: { quantity: 10 } })
    const order = await place(owner, orderOf('HEART'))
    await settledOrder(owner, order)
    const ship = { body: { carrier: 'Royal Mail', trackingNumber: 'RM1' } }
    const ask = (id: string) =>
      Promise.all([
        stranger.request('GET', `/v1/orders/${id}`),
        stranger.request('GET', `/v1/orders/${id}?receipt=${order.receipt}`),
        stranger.request('POST', `/v1/orders/${id}/cancel`),
        stranger.request('POST', `/v1/orders/${id}/cancel?receipt=${order.receipt}`),
        stranger.request('POST', `/v1/orders/${id}/ship`, ship),
        stranger.request('POST', `/v1/orders/${id}/deliver`),
      ])

    const [answers, unknown] = await Promise.all([ask(order.id), ask(randomUUID())])

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
    expect(answers.map(({ text }) => text)).toEqual(unknown.map(({ text }) => text))
    expect((await stranger.request('GET', '/v1/orders')).body).toEqual({ orders: [] })
    expect((await stranger.request('GET', '/v1/products/HEART')).status).toBe(404)
    expect((await owner.request('GET', order.location)).body.version).toBe(1)
  })

  it('makes two orders of one key and body in two accounts', async () => {
    const shops = await Promise.all([stand.openShop(), stand.openShop()])
    const [key, body] = [newKey(), orderOf('HEART')]

    const [one, other] = await Promise.all(shops.map((shop) => place(shop, body, key)))

    expect(one!.id).not.toBe(other!.id)
    for (const [index, order] of [one, other].entries())
      expect(await settledOrder(shops[index]!, order!)).toMatchObject({ reason: 'unknown_product' })
  })

  it('shows a shopper only their own orders, and lets them cancel no other', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 10 } })
    const [ada, bob] = await Promise.all([shop.shopper('ada'), shop.shopper('bob')])
    const [key, body] = [newKey(), orderOf('HEART')]
    const [ofAda, ofBob] = await Promise.all([place(ada, body, key), place(bob, body, key)])
    await Promise.all([settledOrder(ada, ofAda), settledOrder(bob, ofBob)])

    const seen = await bob.request('GET', `/v1/orders/${ofAda.id}`)
    const withReceipt = await bob.request('GET', ofAda.location)
    const cancelled = await bob.request('POST', `/v1/orders/${ofAda.id}/cancel`)
    const unknown = await bob.request('GET', `/v1/orders/${randomUUID()}`)
    const list = await bob.request('GET', '/v1/orders')
    const shipped = await bob.request('POST', `/v1/orders/${ofBob.id}/ship`)

    expect(ofAda.id).not.toBe(ofBob.id)
    expect(unknown.status).toBe(404)
    for (const answer of [seen, withReceipt, cancelled])
      expect(answer).toMatchObject({ status: 404, text: unknown.text })
    expect(list.body.orders).toMatchObject([{ id: ofBob.id }])
    expect(shipped.status).toBe(403)
    expect((await shop.request('GET', '/v1/orders')).body.orders).toHaveLength(2)
  })

  it('gives nothing for a forged receipt, nor for another order’s', async () => {
    const shop = await stand.openShop()
    const order = await place(shop, orderOf('HEART'))
    const nobody = randomUUID()
    const forged = order.receipt.replace(/.{8}$/, 'AAAAAAAA')
    const unknown = await shop.request('GET', `/v1/orders/${nobody}`)

    const answers = await Promise.all(
      [forged, order.receipt, 'v1.x.y', ''].flatMap((receipt) => [
        shop.request('GET', `/v1/orders/${nobody}?receipt=${receipt}`),
        shop.request('POST', `/v1/orders/${nobody}/cancel?receipt=${receipt}`),
      ]),
    )

    expect(unknown.status).toBe(404)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]))
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([unknown.text]))
  })

  it('keeps the receipt of an order useful for its own caller after the decision', async () => {
    const shop = await stand.openShop()
    const answer = await shop.request('POST', '/v1/orders', { key: newKey(), body: orderOf('HEART') })
    const order = placedBy(answer)

    const shown = await settledOrder(shop, order)

    expect(order.location).toMatch(/^\/v1\/orders\/[0-9a-f-]{36}\?receipt=v1\./)
    expect(shown).toMatchObject({ id: order.id, status: 'rejected', reason: 'unknown_product' })
  })

  it('keeps every promise, and no log holds anything personal or secret', async () => {
    const { violations } = await stand.drained()

    expect(violations).toEqual([])
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
