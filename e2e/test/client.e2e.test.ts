import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ComandaClient } from '@comanda/client'
import { eventually } from './support/eventually.js'
import { createTestClient } from './support/test-client.js'
import { newKey, orderOf } from './support/shop.js'
import type { Shop } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'

async function everythingOf<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('the typed client', () => {
  let stand: Stand
  let shop: Shop
  let client: ComandaClient
  beforeAll(async () => {
    stand = await startStand()
    shop = await stand.openShop()
    client = shop.typed
  })
  afterAll(() => stand.stop())

  const sell = (sku: string, quantity: number) => shop.stock({ [sku]: { quantity, price: '2.55' } })

  it('places an order and comes back with its decision', async () => {
    await sell('HEART', 10)

    const { decided, placed, order } = await client.placeAndWait(orderOf('HEART', 3), {
      idempotencyKey: newKey(),
    })

    expect(decided).toBe(true)
    expect(order).toMatchObject({ id: placed.id, status: 'confirmed', total: '7.6500' })
    expect(await client.showProduct('HEART')).toMatchObject({ available: 7 })
  })

  it('comes back with a rejection and its reason, which is no error', async () => {
    await sell('LANTERN', 1)

    const { decided, order } = await client.placeAndWait(orderOf('LANTERN', 2), { idempotencyKey: newKey() })

    expect(decided).toBe(true)
    expect(order).toMatchObject({ status: 'rejected', reason: 'out_of_stock' })
  })

  it('places one order for one key, however often it is called', async () => {
    await sell('CLOCK', 10)
    const key = newKey()
    const order = orderOf('CLOCK', 2)

    const outcomes = await Promise.all(
      [1, 2, 3].map(() => client.placeAndWait(order, { idempotencyKey: key })),
    )

    expect(new Set(outcomes.map(({ placed }) => placed.id)).size).toBe(1)
    expect(await client.showProduct('CLOCK')).toMatchObject({ available: 8 })
  })

  it('takes an order through its whole life and lists it', async () => {
    await sell('TEAPOT', 10)
    const sent = orderOf('TEAPOT')
    const { placed } = await client.placeAndWait(sent, { idempotencyKey: newKey() })

    await client.shipOrder(placed.id, { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' })
    await shown(placed.id, 'shipped')
    await client.deliverOrder(placed.id)
    const delivered = await shown(placed.id, 'delivered')
    const listed = await everythingOf(client.listOrders({ reference: sent.reference }))

    expect(delivered).toMatchObject({ version: 3, trackingNumber: 'RM123456785GB' })
    expect(listed.map(({ id }) => id)).toEqual([placed.id])
  })

  it('walks over every page of a list', async () => {
    await sell('MUG', 10)
    const reference = `pages-${newKey().slice(-8)}`
    const placed = await Promise.all(
      [1, 2, 3].map(() =>
        client.placeAndWait(orderOf('MUG', 1, { reference }), { idempotencyKey: newKey() }),
      ),
    )

    const listed = await everythingOf(client.listOrders({ reference, limit: 1 }))
    const skus = (await everythingOf(client.listProducts())).map(({ sku }) => sku)

    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(placed.map((one) => one.placed.id)))
    expect(listed).toHaveLength(3)
    expect(skus).toContain('MUG')
  })

  it('says why an order is refused, with the place in it', async () => {
    const refused = client.placeOrder(orderOf('HEART', 0), { idempotencyKey: newKey() })

    await expect(refused).rejects.toMatchObject({
      code: 'invalid_order',
      status: 422,
      violations: [{ pointer: '/lines/0/quantity' }],
    })
  })

  it('asks for another token once the API refuses the one that it holds', async () => {
    const asked: (string | undefined)[] = []
    const token = await stand.target.token({
      clientId: 'storefront',
      account: shop.account,
      scopes: ['catalog:read'],
    })
    const late = createTestClient({
      apiUrl: stand.target.apiUrl,
      canary: stand.canary,
      token: (refused) => (asked.push(refused) === 1 ? 'no-token-at-all' : token),
    })

    await everythingOf(late.listProducts())

    expect(asked).toEqual([undefined, 'no-token-at-all'])
  })

  it('keeps every promise, and no log holds anything personal or secret', async () => {
    const { violations } = await stand.drained()

    expect(violations).toEqual([])
    expect(await stand.canary.found(stand.target)).toEqual([])
  })

  /** The order, once it has the status. */
  async function shown(id: string, status: string) {
    return eventually(`order ${status}`, async () => {
      const order = await client.showOrder(id)
      return order.status === status && order
    })
  }
})
