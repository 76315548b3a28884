import { describe, expect, it } from '@jest/globals'
import { LIMITS } from '@comanda/shared/limits'
import { adjust, put } from '../support/commands.js'
import { done } from './results.js'
import type { OpenShop } from './store-under-test.js'

export function describeCatalog(name: string, shop: OpenShop): void {
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
}
