import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Answer } from './support/api-client.js'
import { eventually } from './support/eventually.js'
import { mailsAbout } from './support/mailbox.js'
import { newKey, orderOf, place, placedBy, settledOrder } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'

describe('what becomes of orders', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await startStand()
  })
  afterAll(() => stand.stop())

  /**
   * Repeats a request until the API had the time to look its key up: where the lookup takes too long the worker is the
   * judge, and the answer is a plain 202. Repeating changes nothing, since key and body stay the same.
   */
  const untilKeysAreLookedUp = (request: () => Promise<Answer>, isJudged: (answer: Answer) => boolean) =>
    eventually('an answer of who has looked the key up', async () => {
      const answer = await request()
      return isJudged(answer) && answer
    })

  it('makes one order and one mail of the same key and body, sent many times at once', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 100 } })
    const [key, body] = [newKey(), orderOf('HEART', 2)]

    const answers = await Promise.all(
      Array.from({ length: 40 }, () => shop.request('POST', '/v1/orders', { key, body })),
    )
    const order = placedBy(answers[0]!)
    await settledOrder(shop, order, 'confirmed')
    const late = await untilKeysAreLookedUp(
      () => shop.request('POST', '/v1/orders', { key: `"${key}"`, body }),
      ({ headers }) => headers.has('idempotency-replayed'),
    )
    const { violations } = await stand.drained()

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(answers.map((answer) => answer.body.id))).toEqual(new Set([order.id]))
    expect(late).toMatchObject({ status: 202, body: { id: order.id } })
    expect(late.headers.get('idempotency-replayed')).toBe('true')
    const { body: list } = await shop.request('GET', '/v1/orders')
    expect(list.orders).toMatchObject([{ id: order.id, status: 'confirmed' }])
    expect(await shop.available('HEART')).toBe(98)
    expect(await mailsAbout(stand.target, order.id)).toHaveLength(1)
    expect(violations).toEqual([])
  })

  it('refuses another body under a key that is stored', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 10 } })
    const key = newKey()
    const first = await place(shop, orderOf('HEART'), key)
    await settledOrder(shop, first)

    const body = orderOf('HEART')
    const other = await untilKeysAreLookedUp(
      () => shop.request('POST', '/v1/orders', { key, body }),
      ({ status }) => status === 422,
    )

    expect(other).toMatchObject({
      status: 422,
      body: { type: 'urn:comanda:problem:idempotency_key_reused', status: 422 },
    })
    expect(other.headers.get('location')).toBeNull()
  })

  it('lets exactly one of two bodies stand that come under one key at the same instant', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 1_000 } })

    const standing = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const key = newKey()
        const answers = await Promise.all(
          [1, 2].map((quantity) =>
            shop.request('POST', '/v1/orders', { key, body: orderOf('HEART', quantity) }),
          ),
        )
        const decided = await Promise.all(
          answers
            .filter(({ status }) => status !== 422)
            .map((answer) => settledOrder(shop, placedBy(answer))),
        )
        return decided.filter(({ reason }) => reason !== 'idempotency_key_reused').map(({ status }) => status)
      }),
    )

    expect(standing).toEqual(Array.from({ length: 20 }, () => ['confirmed']))
    expect((await stand.drained()).violations).toEqual([])
  })

  it('rejects with the reason, and moves no stock for it', async () => {
    const shop = await stand.openShop()
    await shop.stock({
      HEART: { quantity: 5, price: '2.50' },
      EUROS: { quantity: 5, currency: 'EUR' },
      GOLD: { quantity: 1_000_000, price: '999999999.9999' },
    })
    const line = (sku: string, quantity: number, unitPrice?: string) => ({ sku, quantity, unitPrice })
    const orders = {
      out_of_stock: orderOf('', 1, { lines: [line('HEART', 3), line('HEART', 3)] }),
      unknown_product: orderOf('', 1, { lines: [line('HEART', 1), line('NOWHERE', 1)] }),
      price_changed: orderOf('', 1, { lines: [line('HEART', 1, '2.49')] }),
      currency_mismatch: orderOf('', 1, { lines: [line('HEART', 1), line('EUROS', 1)] }),
      unprocessable: orderOf('', 1, { lines: [line('GOLD', 1_000_000)] }),
    }

    for (const [reason, sent] of Object.entries(orders)) {
      const order = await place(shop, sent)
      const shown = await settledOrder(shop, order)
      const [mail] = await eventually('the mail of the rejection', async () => {
        const about = await mailsAbout(stand.target, order.id)
        return about.length > 0 && about
      })

      expect(shown).toMatchObject({ status: 'rejected', reason, version: 1 })
      expect(shown.lines).toHaveLength(sent.lines.length)
      expect(mail!.subject).toBe(`We could not accept your order ${sent.reference}`)
    }
    expect(await shop.available('HEART')).toBe(5)
    expect(await shop.available('GOLD')).toBe(1_000_000)
  })

  it('takes the prices of a caller that may state them', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 5, price: '2.50' } })
    const backend = await shop.client(['orders:write', 'orders:read', 'orders:price'])
    const lines = [{ sku: 'HEART', quantity: 3, unitPrice: '1.2345' }]

    const shown = await settledOrder(backend, await place(backend, orderOf('HEART', 3, { lines })))

    expect(shown).toMatchObject({ status: 'confirmed', total: '3.7035' })
  })

  it('sells 20 pieces to 60 buyers at once exactly 20 times', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HOT: { quantity: 20 } })
    const buyers = await Promise.all(
      Array.from({ length: 60 }, (_, number) => shop.shopper(`buyer-${number}`)),
    )

    const shown = await Promise.all(
      buyers.map(async (buyer) => settledOrder(buyer, await place(buyer, orderOf('HOT')))),
    )

    expect(shown.filter(({ status }) => status === 'confirmed')).toHaveLength(20)
    expect(shown.filter(({ reason }) => reason === 'out_of_stock')).toHaveLength(40)
    expect(await shop.available('HOT')).toBe(0)
  })

  it('keeps every promise, and no log holds anything personal or secret', async () => {
    const { violations } = await stand.drained()

    expect(violations).toEqual([])
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
