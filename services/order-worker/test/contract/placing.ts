import { describe, expect, it } from '@jest/globals'
import { EVENT_SCHEMAS } from '@comanda/shared/messages'
import { adjust, orderOf, place, put, ship } from '../support/commands.js'
import { CONFIRMED, done } from './results.js'
import type { OpenShop } from './store-under-test.js'

export function describePlacing(name: string, shop: OpenShop): void {
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
}
