import { describe, expect, it } from '@jest/globals'
import { cancel, deliver, orderOf, place, ship } from '../support/commands.js'
import { CONFIRMED } from './results.js'
import type { OpenShop } from './store-under-test.js'

export function describeAccounts(name: string, shop: OpenShop): void {
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
}
