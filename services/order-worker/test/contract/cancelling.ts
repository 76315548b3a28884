import { describe, expect, it } from '@jest/globals'
import { cancel, orderOf, place, ship } from '../support/commands.js'
import { done } from './results.js'
import type { OpenShop } from './store-under-test.js'

export function describeCancelling(name: string, shop: OpenShop): void {
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
}
