import { beforeAll, describe, expect, it } from '@jest/globals'
import type { OwnedOrder } from '../src/adapters/memory/order-reader.js'
import type { OrderReader } from '../src/domain/ports.js'
import { ACCOUNT, ORDER_ID, idOf, storedOrder, tombstone } from './orders-for-tests.js'

const OTHER = 'otherhouse'
const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 9, minute))

const orders: readonly OwnedOrder[] = [
  { account: ACCOUNT, order: storedOrder() },
  {
    account: ACCOUNT,
    order: storedOrder({
      id: idOf(2),
      actor: 'shopper-1',
      reference: 'R-2',
      customerId: 'C-2',
      acceptedAt: at(40),
      placedAt: at(10),
    }),
  },
  // Two of one instant: the id decides which comes first.
  { account: ACCOUNT, order: storedOrder({ id: idOf(3), reference: 'R-3', acceptedAt: at(41) }) },
  { account: ACCOUNT, order: storedOrder({ id: idOf(4), reference: 'R-4', acceptedAt: at(41) }) },
  { account: ACCOUNT, order: tombstone({ id: idOf(5), acceptedAt: at(50) }) },
  { account: OTHER, order: storedOrder({ id: idOf(6), acceptedAt: at(42) }) },
]

/** What every `OrderReader` promises. `create` stores the orders and gives a reader of them. */
export function orderReaderContract(create: (stored: readonly OwnedOrder[]) => Promise<OrderReader>): void {
  describe('as a reader of orders', () => {
    let reader: OrderReader

    beforeAll(async () => {
      reader = await create(orders)
    })

    it('shows an order with everything that is stored of it', async () => {
      const order = await reader.order({ account: ACCOUNT }, ORDER_ID)

      expect(order).toEqual(storedOrder())
    })

    it('shows the head of an order', async () => {
      const head = await reader.head({ account: ACCOUNT }, ORDER_ID)

      expect(head).toEqual({
        id: ORDER_ID,
        status: 'confirmed',
        version: 1,
        acceptedAt: storedOrder().acceptedAt,
      })
    })

    it('shows the tombstone of a cancel', async () => {
      const head = await reader.head({ account: ACCOUNT }, idOf(5))
      const order = await reader.order({ account: ACCOUNT }, idOf(5))

      expect(head).toMatchObject({ status: 'accepted', version: 0 })
      expect(order).toMatchObject({ status: 'accepted', version: 0, lines: [], timeline: [] })
    })

    it.each([
      ['an unknown id', { account: ACCOUNT }, idOf(99)],
      ["another account's order", { account: ACCOUNT }, idOf(6)],
      [
        "another actor's order, for one who sees only own orders",
        { account: ACCOUNT, actor: 'shopper-2' },
        idOf(2),
      ],
    ])('knows nothing of %s', async (_name, view, id) => {
      expect(await reader.head(view, id)).toBeUndefined()
      expect(await reader.order(view, id)).toBeUndefined()
    })

    it('shows an actor its own order', async () => {
      expect(await reader.head({ account: ACCOUNT, actor: 'shopper-1' }, idOf(2))).toMatchObject({
        id: idOf(2),
      })
    })

    it('shows many at once, each to its own caller only', async () => {
      const shopper = { account: ACCOUNT, actor: 'shopper-1' }
      const found = await Promise.all([
        reader.order(shopper, ORDER_ID),
        reader.order({ account: ACCOUNT }, idOf(2)),
        reader.order({ account: OTHER }, idOf(2)),
        reader.order(shopper, idOf(2)),
        reader.order({ account: ACCOUNT }, idOf(99)),
        reader.order({ account: OTHER }, idOf(6)),
      ])

      expect(found.map((order) => order?.id)).toEqual([
        undefined,
        idOf(2),
        undefined,
        idOf(2),
        undefined,
        idOf(6),
      ])
    })

    it('lists newest first, in pages that leave nothing out and show nothing twice', async () => {
      const seen: string[] = []
      let after: Awaited<ReturnType<OrderReader['page']>>['next']
      do {
        const page = await reader.page({ account: ACCOUNT }, {}, 1, after)
        seen.push(...page.orders.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)

      expect(seen).toEqual([idOf(4), idOf(3), idOf(2), ORDER_ID])
    })

    it('lists by business time, newest first, where the filter names it', async () => {
      const seen: string[] = []
      let after: Awaited<ReturnType<OrderReader['page']>>['next']
      do {
        const page = await reader.page({ account: ACCOUNT }, { placedFrom: at(0) }, 1, after)
        seen.push(...page.orders.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)

      expect(seen).toEqual([idOf(4), idOf(3), ORDER_ID, idOf(2)])
    })

    it('lists only own orders where only those may be seen', async () => {
      const { orders: found } = await reader.page({ account: ACCOUNT, actor: 'shopper-1' }, {}, 10)

      expect(found.map(({ id }) => id)).toEqual([idOf(2)])
    })

    it.each([
      ['status', { status: 'rejected' }, []],
      ['reference', { reference: 'R-3' }, [idOf(3)]],
      ['customer', { customerId: 'C-2' }, [idOf(2)]],
      ['business time', { placedFrom: at(10), placedTo: at(10) }, [idOf(2)]],
      ['business time of orders that state none', { placedFrom: at(41) }, [idOf(4), idOf(3)]],
    ] as const)('filters by %s', async (_name, filter, expected) => {
      const { orders: found } = await reader.page({ account: ACCOUNT }, filter, 10)

      expect(found.map(({ id }) => id)).toEqual(expected)
    })

    it('tells the versions of many orders, each under its own account only', async () => {
      const versions = await reader.versions([
        { account: ACCOUNT, id: ORDER_ID },
        { account: ACCOUNT, id: idOf(5) },
        { account: ACCOUNT, id: idOf(6) },
        { account: ACCOUNT, id: idOf(99) },
      ])

      expect([...versions].sort()).toEqual(
        [
          [ORDER_ID, 1],
          [idOf(5), 0],
        ].sort(),
      )
    })
  })
}
