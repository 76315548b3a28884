import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from './support/eventually.js'
import { FREE_TEXT } from './support/log-canary.js'
import { mailsAbout } from './support/mailbox.js'
import { accepted, orderOf, place, settledOrder } from './support/shop.js'
import type { PlacedOrder, Shop } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'

describe('the life of an order', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await startStand()
  })
  afterAll(() => stand.stop())

  async function shopWith(sku: string, quantity: number): Promise<Shop> {
    const shop = await stand.openShop()
    await shop.stock({ [sku]: { quantity, price: '2.55', name: 'White hanging heart' } })
    return shop
  }
  const mails = (order: PlacedOrder) => mailsAbout(stand.target, order.id)
  const mailed = (order: PlacedOrder, count: number) =>
    eventually(`mail number ${count}`, async () => {
      const about = await mails(order)
      return about.length >= count && about
    })

  it('places an order, confirms it with the catalog’s price, and tells the customer', async () => {
    const shop = await shopWith('HEART', 10)
    const sent = orderOf('HEART', 3, { metadata: { note: FREE_TEXT } })

    const order = await place(shop, sent)
    const shown = await settledOrder(shop, order)
    const [mail] = await mailed(order, 1)

    expect(shown).toMatchObject({
      id: order.id,
      status: 'confirmed',
      version: 1,
      reference: sent.reference,
      total: '7.6500',
      lines: [{ sku: 'HEART', quantity: 3, unitPrice: '2.5500', amount: '7.6500' }],
      customer: sent.customer,
      shipTo: sent.shipTo,
      metadata: { note: FREE_TEXT },
    })
    expect(await shop.available('HEART')).toBe(7)
    expect(mail).toMatchObject({ to: [sent.customer.email] })
    expect(mail!.subject).toBe(`Your order ${sent.reference} is confirmed`)
    expect(mail!.messageId).toBe(`<${mail!.eventId}@shop.example>`)
    for (const body of [mail!.text, mail!.html]) {
      expect(body).toContain(sent.reference)
      expect(body).toContain('White hanging heart')
      expect(body).toContain('7.65')
    }
  })

  it('writes to a customer in Spanish who asks for it, and to no guest', async () => {
    const shop = await shopWith('HEART', 10)
    const { customer, ...guest } = orderOf('HEART')

    const forGuest = await place(shop, guest)
    await settledOrder(shop, forGuest)
    const spanish = await place(shop, orderOf('HEART', 1, { customer: { ...customer, language: 'es-MX' } }))
    const [mail] = await mailed(spanish, 1)
    const { violations } = await stand.drained()

    expect(mail!.subject).toContain('pedido')
    expect(await mails(forGuest)).toEqual([])
    expect(violations).toEqual([])
  })

  it('shows each step in the timeline, under the version that is the entity tag', async () => {
    const shop = await shopWith('HEART', 10)
    const order = await place(shop, orderOf('HEART'))
    await settledOrder(shop, order)
    await accepted(shop.request('POST', `/v1/orders/${order.id}/cancel`, { body: { reason: FREE_TEXT } }))
    await settledOrder(shop, order, 'cancelled')

    const { headers, body } = await shop.request('GET', `/v1/orders/${order.id}`)

    expect(headers.get('etag')).toBe('"2"')
    expect(body.timeline).toMatchObject([
      { version: 0, status: 'accepted', actor: 'storefront' },
      { version: 1, status: 'confirmed', actor: 'storefront' },
      { version: 2, status: 'cancelled', actor: 'storefront', reason: FREE_TEXT },
    ])
  })

  it('answers 304 to who holds the newest version, and 200 to who does not', async () => {
    const shop = await shopWith('HEART', 10)
    const order = await place(shop, orderOf('HEART'))
    await settledOrder(shop, order)

    const fresh = await shop.request('GET', order.location, { headers: { 'if-none-match': '"1"' } })
    const stale = await shop.request('GET', order.location, { headers: { 'if-none-match': '"0"' } })

    expect(fresh).toMatchObject({ status: 304, text: '' })
    expect(fresh.headers.get('etag')).toBe('"1"')
    expect(stale).toMatchObject({ status: 200, body: { version: 1 } })
  })

  it('answers a waiting request when the order changes', async () => {
    const shop = await shopWith('HEART', 10)
    const order = await place(shop, orderOf('HEART'))
    await settledOrder(shop, order)

    const waiting = shop.request('GET', order.location, {
      headers: { 'if-none-match': '"1"', prefer: 'wait=20' },
    })
    await accepted(shop.request('POST', `/v1/orders/${order.id}/cancel`))
    const answer = await waiting

    expect(answer).toMatchObject({ status: 200, body: { status: 'cancelled', version: 2 } })
    expect(answer.headers.get('preference-applied')).toBe('wait=20')
  })

  it('gives the stock of a cancelled order back, once, and tells the customer', async () => {
    const shop = await shopWith('HEART', 10)
    const order = await place(shop, orderOf('HEART', 4))
    await settledOrder(shop, order)
    await mailed(order, 1)
    const taken = await shop.available('HEART')

    const answers = await Promise.all(
      [1, 2, 3].map(() => shop.request('POST', `/v1/orders/${order.id}/cancel`)),
    )
    await settledOrder(shop, order, 'cancelled')
    const [, cancelled] = await mailed(order, 2)
    const again = await shop.request('POST', `/v1/orders/${order.id}/cancel`)

    // One that comes after the first was applied is told so at once.
    const statuses = new Set(answers.map(({ status }) => status))
    expect(statuses.has(202)).toBe(true)
    expect(statuses.isSubsetOf(new Set([202, 409]))).toBe(true)
    expect(taken).toBe(6)
    expect(await shop.available('HEART')).toBe(10)
    expect(cancelled!.subject).toMatch(/is cancelled$/)
    expect(again).toMatchObject({ status: 409, body: { orderStatus: 'cancelled' } })
  })

  it('ships and delivers a confirmed order and mails each step, in order', async () => {
    const shop = await shopWith('HEART', 10)
    const order = await place(shop, orderOf('HEART'))
    await mailed(order, 1)

    await accepted(
      shop.request('POST', `/v1/orders/${order.id}/ship`, {
        body: { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' },
      }),
    )
    const shipped = await settledOrder(shop, order, 'shipped')
    await mailed(order, 2)
    await accepted(shop.request('POST', `/v1/orders/${order.id}/deliver`))
    await settledOrder(shop, order, 'delivered')
    const all = await mailed(order, 3)

    expect(shipped).toMatchObject({ carrier: 'Royal Mail', trackingNumber: 'RM123456785GB', version: 2 })
    expect(all.map(({ subject }) => subject.replace(/.*ref-\w+ /, ''))).toEqual([
      'is confirmed',
      'is on its way',
      'has been delivered',
    ])
    expect(all[1]!.text).toContain('RM123456785GB')
    expect(await shop.available('HEART')).toBe(9)
  })

  it('refuses to ship what is not confirmed and to deliver what is not shipped', async () => {
    const shop = await shopWith('HEART', 1)
    const ship = { body: { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' } }
    const confirmed = await place(shop, orderOf('HEART'))
    await settledOrder(shop, confirmed, 'confirmed')
    const rejected = await place(shop, orderOf('HEART'))
    await settledOrder(shop, rejected, 'rejected')

    const shipRejected = await shop.request('POST', `/v1/orders/${rejected.id}/ship`, ship)
    const deliverConfirmed = await shop.request('POST', `/v1/orders/${confirmed.id}/deliver`)
    await accepted(shop.request('POST', `/v1/orders/${confirmed.id}/ship`, ship))
    await settledOrder(shop, confirmed, 'shipped')
    const cancelShipped = await shop.request('POST', `/v1/orders/${confirmed.id}/cancel`)

    expect(shipRejected).toMatchObject({ status: 409, body: { orderStatus: 'rejected' } })
    expect(deliverConfirmed).toMatchObject({ status: 409, body: { orderStatus: 'confirmed' } })
    expect(cancelShipped).toMatchObject({ status: 409, body: { orderStatus: 'shipped' } })
  })

  it('keeps every promise, and no log holds anything personal or secret', async () => {
    const { violations } = await stand.drained()

    expect(violations).toEqual([])
    expect(stand.canary.count).toBeGreaterThan(0)
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
