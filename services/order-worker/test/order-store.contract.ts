import { describe, expect, it } from '@jest/globals'
import { LIMITS } from '@comanda/shared/limits'
import { EVENT_SCHEMAS } from '@comanda/shared/messages'
import type { Command, OrderEvent } from '@comanda/shared/messages'
import type { CommandResult } from '../src/domain/decide-batch.js'
import type { OrderStore, ParkedCommand } from '../src/domain/ports.js'
import { adjust, cancel, deliver, orderOf, place, put, ship } from './support/commands.js'

/** A store as a test sees it from outside. */
export interface StoreView {
  order(id: string): Promise<
    | {
        readonly status: string
        readonly version: number
        readonly account: string
        readonly actor: string
        readonly reason?: string
        readonly reference?: string
        readonly total?: string
        readonly lines: readonly object[]
      }
    | undefined
  >
  timeline(id: string): Promise<readonly object[]>
  product(
    account: string,
    sku: string,
  ): Promise<{ price: string; currency: string; available: number; name?: string } | undefined>
  moved(account: string, sku: string): Promise<readonly { kind: string; quantity: number }[]>
  outcome(commandId: string): Promise<{ outcome: string; reason?: string } | undefined>
  /** Everything in the outbox. */
  events(): Promise<readonly OrderEvent[]>
  parked(): Promise<readonly { messageId: string; reason: string; body: string; orderId?: string }[]>
}

export interface StoreUnderTest {
  readonly store: OrderStore
  readonly view: StoreView
}

/** What every order store promises. `create` gives the store of the whole suite; tests keep to accounts of their own. */
export function describeOrderStore(name: string, get: () => StoreUnderTest): void {
  let shops = 0
  /** A shop of the test's own with the SKUs MUG (2.50 GBP, 10 on hand) and CUP (1.25 GBP, 5 on hand). */
  async function shop() {
    const { store, view } = get()
    const account = `shop-${(shops += 1)}`
    const apply = async (...commands: Command[]): Promise<readonly CommandResult[]> =>
      (await store.applyAll(commands.map((command) => ({ command })))).results
    await apply(
      put('MUG', { account, price: '2.50', name: 'Mug' }),
      put('CUP', { account, price: '1.25' }),
      adjust('MUG', 10, { account }),
      adjust('CUP', 5, { account }),
    )
    const available = async (sku: string) => (await view.product(account, sku))?.available
    const eventsOf = async (id: string) => (await view.events()).filter(({ subject }) => subject === id)
    return { store, view, account, apply, available, eventsOf }
  }
  const done = (outcome: string, more: object = {}) => ({ kind: 'done', outcome, ...more })
  const CONFIRMED: unknown = expect.objectContaining(done('applied', { status: 'confirmed' }))

  describe(`${name}: place`, () => {
    it('confirms an order, takes its stock and leaves one event', async () => {
      const { account, apply, view, available, eventsOf } = await shop()
      const order = place(
        orderOf(
          [
            { sku: 'MUG', quantity: 2 },
            { sku: 'CUP', quantity: 1, unitPrice: '1.2500' },
          ],
          { customer: { id: 'C-1', email: 'ann@shop.example', name: 'Ann', language: 'en' } },
        ),
        { account },
      )

      const results = await apply(order)

      expect(results).toEqual([
        done('applied', { status: 'confirmed', confirmed: { currency: 'GBP', total: '6.2500' } }),
      ])
      expect(await view.order(order.id)).toEqual({
        status: 'confirmed',
        version: 1,
        account,
        actor: 'storefront',
        reference: '536365',
        total: '6.2500',
        lines: [
          { sku: 'MUG', quantity: 2, unitPrice: '2.5000', amount: '5.0000' },
          { sku: 'CUP', quantity: 1, unitPrice: '1.2500', amount: '1.2500' },
        ],
      })
      expect(await view.timeline(order.id)).toEqual([
        { version: 1, status: 'confirmed', actor: 'storefront', commandId: order.id },
      ])
      expect([await available('MUG'), await available('CUP')]).toEqual([8, 4])
      expect(await view.outcome(order.id)).toEqual({ outcome: 'applied' })
      const events = await eventsOf(order.id)
      expect(events.map((event) => EVENT_SCHEMAS['comanda.order.confirmed.v1'].parse(event).data)).toEqual([
        expect.objectContaining({ version: 1, total: '6.2500', email: 'ann@shop.example', language: 'en' }),
      ])
    })

    it.each([
      ['unknown_product', orderOf([{ sku: 'NONE', quantity: 1 }]), false],
      ['unknown_product', orderOf([{ sku: 'NONE', quantity: 1, unitPrice: '1' }]), true],
      ['currency_mismatch', orderOf([{ sku: 'MUG', quantity: 1 }], { currency: 'EUR' }), false],
      ['price_changed', orderOf([{ sku: 'MUG', quantity: 1, unitPrice: '2.4999' }]), false],
      ['out_of_stock', orderOf([{ sku: 'MUG', quantity: 11 }]), false],
      [
        'out_of_stock',
        orderOf([
          { sku: 'CUP', quantity: 3 },
          { sku: 'CUP', quantity: 3 },
        ]),
        false,
      ],
      ['unprocessable', orderOf([{ sku: 'MUG', quantity: 1_000_000, unitPrice: '999999999.9999' }]), true],
    ] as const)('rejects for %s and takes nothing (%#)', async (reason, order, pricesStand) => {
      const { account, apply, view, available, eventsOf } = await shop()
      const command = place(
        {
          ...order,
          lines: [{ sku: 'CUP', quantity: 1, ...(pricesStand ? { unitPrice: '1' } : {}) }, ...order.lines],
        },
        { account, pricesStand },
      )

      const results = await apply(command)

      expect(results).toEqual([done('refused', { status: 'rejected', reason })])
      expect(await view.order(command.id)).toMatchObject({ status: 'rejected', version: 1, reason })
      expect(await view.timeline(command.id)).toMatchObject([{ version: 1, status: 'rejected', reason }])
      expect(await view.outcome(command.id)).toEqual({ outcome: 'refused', reason })
      expect([await available('MUG'), await available('CUP')]).toEqual([10, 5])
      const events = await eventsOf(command.id)
      expect(
        events.map((event) => EVENT_SCHEMAS['comanda.order.rejected.v1'].parse(event).data.reason),
      ).toEqual([reason])
    })

    it('gives the first reason when several apply', async () => {
      const { account, apply } = await shop()
      const lines = [
        { sku: 'MUG', quantity: 11, unitPrice: '9' },
        { sku: 'NONE', quantity: 1 },
      ]

      const results = await apply(
        place(orderOf(lines, { currency: 'EUR' }), { account }),
        place(orderOf(lines.slice(0, 1), { currency: 'EUR' }), { account }),
        place(orderOf(lines.slice(0, 1)), { account }),
      )

      expect(results).toMatchObject([
        { reason: 'unknown_product' },
        { reason: 'currency_mismatch' },
        { reason: 'price_changed' },
      ])
    })

    it('lets stated prices stand for callers who may state them', async () => {
      const { account, apply, view } = await shop()
      const order = place(
        orderOf(
          [
            { sku: 'MUG', quantity: 3, unitPrice: '0.3333' },
            { sku: 'CUP', quantity: 1, unitPrice: '0' },
          ],
          { currency: 'EUR' },
        ),
        { account, pricesStand: true },
      )

      await apply(order)

      expect(await view.order(order.id)).toMatchObject({ status: 'confirmed', total: '0.9999' })
    })

    it('does nothing when the same place comes again, later or in the same batch', async () => {
      const { account, apply, view, available, eventsOf } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })

      const first = await apply(order, order)
      const second = await apply(order)

      expect(first).toEqual([CONFIRMED, done('known')])
      expect(second).toEqual([done('known')])
      expect(await available('MUG')).toBe(9)
      expect(await view.timeline(order.id)).toHaveLength(1)
      expect(await eventsOf(order.id)).toHaveLength(1)
    })

    it('decides products and stock first, whatever the order in a batch', async () => {
      const { account, apply } = await shop()
      const order = place(orderOf([{ sku: 'NEW', quantity: 4 }]), { account })

      const results = await apply(
        ship(order.id, { account }),
        order,
        adjust('NEW', 4, { account }),
        put('NEW', { account }),
      )

      expect(results).toEqual([
        done('applied', { status: 'shipped' }),
        CONFIRMED,
        done('applied'),
        done('applied'),
      ])
    })

    it('sells the last one once', async () => {
      const { account, apply, available } = await shop()
      const orders = Array.from({ length: 12 }, () =>
        place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account }),
      )

      const results = await apply(...orders)

      expect(
        results.filter((result) => result.kind === 'done' && result.status === 'confirmed'),
      ).toHaveLength(10)
      expect(await available('MUG')).toBe(0)
    })
  })

  describe(`${name}: idempotency keys`, () => {
    const key = 'invoice-1-of-this-test'
    const one = orderOf([{ sku: 'MUG', quantity: 1 }])
    const other = orderOf([{ sku: 'MUG', quantity: 2 }])

    it.each(['one batch', 'two batches'])(
      'makes the second order under a key visible as rejected (%s)',
      async (how) => {
        const { account, apply, view, available } = await shop()
        const [first, second] = [place(one, { account, key }), place(other, { account, key })]

        if (how === 'one batch') await apply(first, second)
        else {
          await apply(first)
          await apply(second)
        }

        expect(await view.order(first.id)).toMatchObject({ status: 'confirmed' })
        expect(await view.order(second.id)).toMatchObject({
          status: 'rejected',
          reason: 'idempotency_key_reused',
          lines: [{ sku: 'MUG', quantity: 2 }],
        })
        expect(await available('MUG')).toBe(9)
      },
    )

    it('keeps the key of a rejected order', async () => {
      const { account, apply, view } = await shop()
      const first = place(orderOf([{ sku: 'MUG', quantity: 11 }]), { account, key })
      const second = place(one, { account, key })

      await apply(first)
      await apply(second)

      expect(await view.order(first.id)).toMatchObject({ reason: 'out_of_stock' })
      expect(await view.order(second.id)).toMatchObject({ reason: 'idempotency_key_reused' })
    })

    it('lets every actor and every account have the same key', async () => {
      const { account, apply, view } = await shop()
      const { account: elsewhere } = await shop()
      const orders = [
        place(one, { account, key, actor: 'ann' }),
        place(other, { account, key, actor: 'bob' }),
        place(one, { account: elsewhere, key, actor: 'ann' }),
      ]

      await apply(...orders)

      for (const { id } of orders) expect(await view.order(id)).toMatchObject({ status: 'confirmed' })
    })
  })

  describe(`${name}: cancel`, () => {
    it('gives the stock of a confirmed order back', async () => {
      const { account, apply, view, available, eventsOf } = await shop()
      const order = place(
        orderOf([
          { sku: 'MUG', quantity: 2 },
          { sku: 'CUP', quantity: 1 },
          { sku: 'MUG', quantity: 1 },
        ]),
        { account },
      )
      await apply(order)
      const command = cancel(order.id, { account, actor: 'support', reason: 'ordered twice' })

      const results = await apply(command, command)

      expect(results).toEqual([done('applied', { status: 'cancelled' }), done('known')])
      expect(await view.order(order.id)).toMatchObject({ status: 'cancelled', version: 2, total: '8.7500' })
      expect(await view.timeline(order.id)).toEqual([
        { version: 1, status: 'confirmed', actor: 'storefront', commandId: order.id },
        {
          version: 2,
          status: 'cancelled',
          actor: 'support',
          commandId: command.id,
          reason: 'ordered twice',
        },
      ])
      expect([await available('MUG'), await available('CUP')]).toEqual([10, 5])
      expect(await view.moved(account, 'MUG')).toEqual([
        { kind: 'adjusted', quantity: 10 },
        { kind: 'sold', quantity: -3 },
        { kind: 'returned', quantity: 3 },
      ])
      expect((await eventsOf(order.id)).map(({ type, data }) => [type, data.version])).toEqual([
        ['comanda.order.confirmed.v1', 1],
        ['comanda.order.cancelled.v1', 2],
      ])
    })

    it('is refused after the shipment: visible in the history, told to nobody', async () => {
      const { account, apply, view, available, eventsOf } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
      await apply(order, ship(order.id, { account }))
      const command = cancel(order.id, { account })

      const results = await apply(command)

      expect(results).toEqual([done('refused', { status: 'shipped', reason: 'order_shipped' })])
      expect(await view.order(order.id)).toMatchObject({ status: 'shipped', version: 3 })
      expect((await view.timeline(order.id)).at(-1)).toEqual({
        version: 3,
        status: 'shipped',
        refused: 'cancel',
        actor: 'storefront',
        commandId: command.id,
      })
      expect(await available('MUG')).toBe(9)
      expect(await eventsOf(order.id)).toHaveLength(2)
    })

    it('that comes first leaves a tombstone, which the place fills as cancelled', async () => {
      const { account, apply, view, available, eventsOf } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }], { customer: { email: 'a@b.example' } }), {
        account,
      })

      const overtaking = await apply(cancel(order.id, { account, actor: 'support' }))
      const tombstone = await view.order(order.id)
      const placed = await apply(order)
      const again = await apply(order, cancel(order.id, { account, actor: 'support' }))

      expect(overtaking).toEqual([done('tombstoned', { status: 'accepted' })])
      expect(tombstone).toMatchObject({ status: 'accepted', version: 0, lines: [] })
      expect(placed).toEqual([done('applied', { status: 'cancelled' })])
      expect(again).toEqual([done('known'), done('known')])
      expect(await view.order(order.id)).toMatchObject({
        status: 'cancelled',
        version: 1,
        actor: 'storefront',
        reference: '536365',
        lines: [{ sku: 'MUG', quantity: 1 }],
      })
      expect(await view.timeline(order.id)).toEqual([
        { version: 1, status: 'cancelled', actor: 'support', commandId: order.id },
      ])
      expect(await available('MUG')).toBe(10)
      expect((await eventsOf(order.id)).map(({ type, data }) => [type, data.email])).toEqual([
        ['comanda.order.cancelled.v1', 'a@b.example'],
      ])
    })

    it('by a second actor changes a tombstone no more', async () => {
      const { account, apply, view } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })

      const results = await apply(
        cancel(order.id, { account, actor: 'support' }),
        cancel(order.id, { account, actor: 'storefront' }),
      )

      expect(results).toEqual([done('tombstoned', { status: 'accepted' }), done('tombstoned')])
      expect(await view.order(order.id)).toMatchObject({ status: 'accepted', version: 0 })
    })

    it('leaves the judgement of a key to the place that fills the tombstone', async () => {
      const { account, apply, view } = await shop()
      const key = 'a-key-that-is-used-twice'
      const winner = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account, key })
      const loser = place(orderOf([{ sku: 'MUG', quantity: 2 }]), { account, key })
      await apply(winner, cancel(loser.id, { account }))

      await apply(loser)

      expect(await view.order(loser.id)).toMatchObject({
        status: 'rejected',
        version: 1,
        reason: 'idempotency_key_reused',
      })
    })
  })

  describe(`${name}: ship and deliver`, () => {
    it('come again while what they build on is missing, and leave nothing behind', async () => {
      const { account, apply, view } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
      const tombstoned = place(orderOf([{ sku: 'MUG', quantity: 2 }]), { account })
      const [shipping, delivering] = [ship(order.id, { account }), deliver(order.id, { account })]
      await apply(cancel(tombstoned.id, { account }))

      const results = [
        ...(await apply(shipping, delivering, ship(tombstoned.id, { account }))),
        ...(await apply(order, delivering)),
      ]

      expect(results).toEqual([
        { kind: 'retry', reason: 'unknown_order' },
        { kind: 'retry', reason: 'unknown_order' },
        { kind: 'retry', reason: 'too_early' },
        CONFIRMED,
        { kind: 'retry', reason: 'too_early' },
      ])
      expect(await view.outcome(shipping.id)).toBeUndefined()
      expect(await apply(shipping, delivering)).toEqual([
        done('applied', { status: 'shipped' }),
        done('applied', { status: 'delivered' }),
      ])
      expect(await view.order(order.id)).toMatchObject({ status: 'delivered', version: 3 })
    })

    it('are refused for good where they can never happen', async () => {
      const { account, apply, view, eventsOf } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
      await apply(order, cancel(order.id, { account }))

      const results = await apply(ship(order.id, { account }), deliver(order.id, { account }))

      expect(results).toEqual([
        done('refused', { status: 'cancelled', reason: 'order_cancelled' }),
        done('refused', { status: 'cancelled', reason: 'order_cancelled' }),
      ])
      expect(await view.timeline(order.id)).toMatchObject([
        { version: 1 },
        { version: 2 },
        { version: 3, status: 'cancelled', refused: 'ship' },
        { version: 4, status: 'cancelled', refused: 'deliver' },
      ])
      expect(await eventsOf(order.id)).toHaveLength(2)
    })

    it('tell carrier and tracking number with every line', async () => {
      const { account, apply, eventsOf } = await shop()
      const order = place(
        orderOf([{ sku: 'MUG', quantity: 1 }], { customer: { email: 'ann@shop.example', name: 'Ann' } }),
        { account },
      )
      await apply(order)

      await apply(ship(order.id, { account, actor: 'warehouse' }))

      const shipped = EVENT_SCHEMAS['comanda.order.shipped.v1'].parse((await eventsOf(order.id)).at(-1))
      expect(shipped).toMatchObject({
        actor: 'warehouse',
        data: {
          version: 2,
          reference: '536365',
          carrier: 'Royal Mail',
          trackingNumber: 'RM123456785GB',
          total: '2.5000',
          lines: [{ sku: 'MUG', name: 'Mug', quantity: 1, unitPrice: '2.5000', amount: '2.5000' }],
          email: 'ann@shop.example',
          name: 'Ann',
        },
      })
    })
  })

  describe(`${name}: products and stock`, () => {
    it('lets the put that comes later stand where two were given in the same millisecond', async () => {
      const { account, apply, view } = await shop()
      const time = '2026-01-02T00:00:00.000Z'
      const [one, other] = ['3', '2'].map((price) => put('BOX', { account, price, time }))

      const together = await apply(one!, other!, one!)

      expect(together).toEqual([done('applied'), done('applied'), done('known')])
      expect(await view.product(account, 'BOX')).toMatchObject({ price: '2.0000' })
    })

    it('lets no older put overwrite a newer one', async () => {
      const { account, apply, view } = await shop()
      const newer = put('BOX', { account, price: '3', name: 'Box', time: '2026-01-02T00:00:00.000Z' })
      const older = put('BOX', { account, price: '2', currency: 'EUR', time: '2026-01-01T23:59:59.999Z' })

      const results = [...(await apply(newer)), ...(await apply(older, older))]

      expect(results).toEqual([done('applied'), done('superseded'), done('known')])
      expect(await view.product(account, 'BOX')).toEqual({
        price: '3.0000',
        currency: 'GBP',
        available: 0,
        name: 'Box',
      })
    })

    it('replaces name, price and currency and leaves the stock', async () => {
      const { account, apply, view } = await shop()

      await apply(put('MUG', { account, price: '4.1', currency: 'EUR', time: '2026-02-01T00:00:00.000Z' }))

      expect(await view.product(account, 'MUG')).toEqual({ price: '4.1000', currency: 'EUR', available: 10 })
    })

    it('applies a stock change once, and brings one back that overtakes its product', async () => {
      const { account, apply, view, available } = await shop()
      const early = adjust('BOX', 5, { account })

      const overtaking = await apply(early)
      const unknown = await view.outcome(early.id)
      const later = await apply(early, early, put('BOX', { account }))

      expect(overtaking).toEqual([{ kind: 'retry', reason: 'unknown_product' }])
      expect(unknown).toBeUndefined()
      expect(later).toEqual([done('applied'), done('known'), done('applied')])
      expect(await available('BOX')).toBe(5)
    })

    it('refuses changes that leave the bounds of the stock', async () => {
      const { account, apply, view, available } = await shop()
      const below = adjust('MUG', -11, { account })
      const fill = Array.from({ length: LIMITS.stockMax / LIMITS.stockDeltaMax }, () =>
        adjust('CUP', LIMITS.stockDeltaMax, { account }),
      )

      const [refused] = await apply(below)
      const filled = await apply(...fill)

      expect(refused).toEqual(done('refused', { reason: 'insufficient_stock' }))
      expect(filled.slice(0, -1)).toEqual(fill.slice(1).map(() => done('applied')))
      expect(filled.at(-1)).toEqual(done('refused', { reason: 'stock_limit' }))
      expect(await view.outcome(below.id)).toEqual({ outcome: 'refused', reason: 'insufficient_stock' })
      expect(await available('MUG')).toBe(10)
    })
  })

  describe(`${name}: accounts`, () => {
    it("never lets a command touch another account's order", async () => {
      const { account, apply, view, available } = await shop()
      const { account: stranger } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
      await apply(order)
      const forged = { ...place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account: stranger }), id: order.id }

      const results = await apply(
        cancel(order.id, { account: stranger }),
        ship(order.id, { account: stranger }),
        deliver(order.id, { account: stranger }),
        { ...forged, subject: order.id },
      )

      expect(results).toEqual(results.map(() => ({ kind: 'retry', reason: 'unknown_order' })))
      expect(await view.order(order.id)).toMatchObject({ account, status: 'confirmed', version: 1 })
      expect(await view.timeline(order.id)).toHaveLength(1)
      expect(await available('MUG')).toBe(9)
    })

    it('gives a free id to the first account that comes with it', async () => {
      const { account, apply, view } = await shop()
      const { account: stranger } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })

      const results = await apply(order, cancel(order.id, { account: stranger }))

      expect(results).toEqual([CONFIRMED, { kind: 'retry', reason: 'unknown_order' }])
      expect(await view.order(order.id)).toMatchObject({ account, status: 'confirmed', version: 1 })
    })
  })

  describe(`${name}: parking`, () => {
    let messages = 0
    const parked = (account: string, more: Partial<ParkedCommand> = {}): ParkedCommand => ({
      messageId: `message-${account}-${(messages += 1)}`,
      queue: 'orders',
      reason: '/data/order: invalid',
      body: '{"half":"\ud83d","nul":"\u0000"}',
      receiveCount: 1,
      sentAt: new Date('2026-01-15T09:30:00.000Z'),
      ...more,
    })
    const unreadable = ({ id, subject, account, actor, time }: Command) =>
      ({ type: 'unreadable', id, subject, account, actor, time }) as const

    it('keeps the message once, and ends the order that it names', async () => {
      const { store, account, apply, view, eventsOf } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
      const message = parked(account, { order: unreadable(order) })

      await store.parkAll([message])
      await store.parkAll([message])

      expect((await view.parked()).filter(({ messageId }) => messageId === message.messageId)).toEqual([
        {
          messageId: message.messageId,
          reason: message.reason,
          body: expect.stringContaining('half'),
          orderId: order.id,
        },
      ])
      expect(await view.order(order.id)).toMatchObject({
        status: 'rejected',
        version: 1,
        reason: 'unprocessable',
        lines: [],
      })
      expect(await view.timeline(order.id)).toMatchObject([{ version: 1, status: 'rejected' }])
      const events = await eventsOf(order.id)
      expect(
        events.map((event) => EVENT_SCHEMAS['comanda.order.rejected.v1'].parse(event).data),
      ).toMatchObject([{ reason: 'unprocessable', lineCount: 0, lines: [] }])
      expect(await apply(order)).toEqual([done('known')])
    })

    it('leaves decided orders and those of other accounts alone, and ends tombstones', async () => {
      const { store, account, apply, view } = await shop()
      const { account: stranger } = await shop()
      const confirmed = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
      const tombstoned = place(orderOf([{ sku: 'MUG', quantity: 2 }]), { account })
      await apply(confirmed, cancel(tombstoned.id, { account }))

      await store.parkAll([
        parked(account, { order: unreadable(confirmed) }),
        parked(stranger, { order: { ...unreadable(confirmed), account: stranger } }),
        parked(account, { order: unreadable(tombstoned) }),
      ])

      expect(await view.order(confirmed.id)).toMatchObject({ account, status: 'confirmed', version: 1 })
      expect(await view.order(tombstoned.id)).toMatchObject({ status: 'rejected', reason: 'unprocessable' })
    })

    it('keeps messages that name no order', async () => {
      const { store, account, view } = await shop()
      const message = parked(account)

      const { results } = await store.parkAll([message])

      expect(results).toEqual([])
      expect((await view.parked()).map(({ messageId }) => messageId)).toContain(message.messageId)
    })
  })

  describe(`${name}: repeated and reordered commands`, () => {
    const BUILDERS = {
      place: () => [] as Command[],
      cancel: (id: string, account: string) => [cancel(id, { account })],
      ship: (id: string, account: string) => [ship(id, { account })],
      'ship and deliver': (id: string, account: string) => [ship(id, { account }), deliver(id, { account })],
    }

    it.each(Object.entries(BUILDERS))(
      'end the same when %s comes twice, before the place or after it',
      async (_kind, build) => {
        const { account, apply, view, available, eventsOf } = await shop()
        const ends = []
        for (const arrival of ['in order', 'reversed'] as const) {
          const before = await available('MUG')
          const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
          const given = [order, ...build(order.id, account)]
          const coming = arrival === 'in order' ? given : given.toReversed()
          // Each in a batch of its own, each twice; what has to come again does so until all is done.
          let left = [...coming, ...coming]
          for (let round = 0; round < 4 && left.length > 0; round += 1) {
            const again: Command[] = []
            for (const command of left) {
              const [result] = await apply(command)
              if (result?.kind === 'retry') again.push(command)
            }
            left = again
          }
          const row = await view.order(order.id)
          const events = await eventsOf(order.id)
          expect(left).toEqual([])
          expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
          expect(await view.timeline(order.id)).toHaveLength(row?.version ?? -1)
          ends.push({ status: row?.status, taken: (before ?? 0) - ((await available('MUG')) ?? 0) })
        }

        expect(ends[1]).toEqual(ends[0])
      },
    )
  })
}
