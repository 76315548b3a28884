import { beforeAll, describe, expect, it } from '@jest/globals'
import type { OwnedProduct } from '../src/adapters/memory/product-reader.js'
import type { ProductReader } from '../src/domain/ports.js'

const heart = { sku: '85123A', name: 'White hanging heart', price: '2.5500', currency: 'GBP', available: 594 }
const lantern = { sku: '71053', price: '3.3900', currency: 'GBP', available: 1_000_000_000_000 }

/** What every `ProductReader` promises. */
export function productReaderContract(
  create: (stored: readonly OwnedProduct[]) => Promise<ProductReader>,
): void {
  describe('as a reader of products', () => {
    let reader: ProductReader

    beforeAll(async () => {
      reader = await create([
        { account: 'giftshop', product: heart },
        { account: 'giftshop', product: lantern },
        { account: 'otherhouse', product: { ...heart, sku: 'X' } },
      ])
    })

    it('shows a product, with and without a name', async () => {
      expect(await reader.product('giftshop', '85123A')).toEqual(heart)
      expect(await reader.product('giftshop', '71053')).toEqual(lantern)
    })

    it("knows nothing of another account's product", async () => {
      expect(await reader.product('giftshop', 'X')).toBeUndefined()
    })

    it('lists by SKU, page by page', async () => {
      const first = await reader.page('giftshop', 1)
      const second = await reader.page('giftshop', 1, first.next)

      expect(first).toEqual({ products: [lantern], next: '71053' })
      expect(second).toEqual({ products: [heart] })
    })
  })
}
