import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from './support/eventually.js'
import { mailsAbout } from './support/mailbox.js'
import { accepted, newKey, orderOf, place, placedBy, settledOrder } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'

describe('with FIFO queues', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await startStand({ fifo: true })
  })
  afterAll(() => stand.stop())

  it('takes orders the whole way: confirmed, shipped, delivered, rejected, cancelled, each told', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 3 } })
    const mailed = (id: string, count: number) =>
      eventually(`mail number ${count}`, async () => {
        const mails = await mailsAbout(stand.target, id)
        return mails.length >= count && mails
      })
    const [key, body] = [newKey(), orderOf('HEART')]

    const repeated = await Promise.all(
      Array.from({ length: 5 }, () => shop.request('POST', '/v1/orders', { key, body })),
    )
    const order = placedBy(repeated[0]!)
    await mailed(order.id, 1)
    await accepted(
      shop.request('POST', `/v1/orders/${order.id}/ship`, {
        body: { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' },
      }),
    )
    await settledOrder(shop, order, 'shipped')
    await mailed(order.id, 2)
    await accepted(shop.request('POST', `/v1/orders/${order.id}/deliver`))
    const delivered = await settledOrder(shop, order, 'delivered')
    const mails = await mailed(order.id, 3)

    const rejected = await settledOrder(shop, await place(shop, orderOf('HEART', 3)))
    const early = await place(shop, orderOf('HEART', 2))
    await accepted(shop.request('POST', early.location.replace('?', '/cancel?')))
    const cancelled = await settledOrder(shop, early, 'cancelled')

    expect(new Set(repeated.map((answer) => answer.body.id))).toEqual(new Set([order.id]))
    expect(delivered.version).toBe(3)
    expect(mails.map(({ subject }) => subject.replace(/.*ref-\w+ /, ''))).toEqual([
      'is confirmed',
      'is on its way',
      'has been delivered',
    ])
    expect(rejected).toMatchObject({ status: 'rejected', reason: 'out_of_stock' })
    expect(cancelled.timeline.at(-1)).toMatchObject({ status: 'cancelled' })
    expect(await shop.available('HEART')).toBe(2)
  })

  it('keeps every promise over a burst, and no log holds anything personal or secret', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 100 } })

    const orders = await Promise.all(Array.from({ length: 120 }, () => place(shop, orderOf('HEART'))))
    const shown = await Promise.all(orders.map((order) => settledOrder(shop, order)))
    const { violations } = await stand.drained()

    expect(shown.filter(({ status }) => status === 'confirmed')).toHaveLength(100)
    expect(violations).toEqual([])
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
