import { describe, expect, it } from '@jest/globals'
import { orderOf, place } from '../support/commands.js'
import type { OpenShop } from './store-under-test.js'

export function describeIdempotencyKeys(name: string, shop: OpenShop): void {
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
}
