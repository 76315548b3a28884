import { describe, expect, it } from '@jest/globals'
import { EVENT_SCHEMAS } from '@comanda/shared/messages'
import { cancel, deliver, orderOf, place, ship } from '../support/commands.js'
import { CONFIRMED, done } from './results.js'
import type { OpenShop } from './store-under-test.js'

export function describeFulfilment(name: string, shop: OpenShop): void {
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
}
