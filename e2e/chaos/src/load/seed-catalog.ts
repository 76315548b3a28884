import { setTimeout as delay } from 'node:timers/promises'
import { insist } from './insist.js'
import { keyOf } from './keys.js'
import type { LoadCaller, LoadSettings } from './load-settings.js'
import { adjustStock, putProduct } from './moves.js'
import { createRandom } from './random.js'
import type { Shopfront } from './shopfront.js'

const TRIES = 200

/**
 * Fills the catalog of every account over the API, again where it is not answered. Resolves once it shows all products
 * with their stock; what was accepted and does not come is left for the checker to miss.
 */
export async function seedCatalog(settings: LoadSettings, shopfront: Shopfront): Promise<void> {
  const stores = settings.callers.filter(({ role }) => role === 'store')
  await Promise.all(
    stores.flatMap((store) =>
      settings.catalog.map(async (product) => {
        const { sku, stock } = product
        const name = `${store.account}-${sku}`
        const random = createRandom(`${settings.seed} seed ${name}`)
        const answered = (give: () => Promise<unknown>) =>
          insist(random, async () => (await give()) !== undefined)
        await answered(() => putProduct(shopfront, store, product, keyOf(settings.seed, `put-${name}`)))
        await untilShown(shopfront, store, sku, 0)
        await answered(() => adjustStock(shopfront, store, sku, stock, keyOf(settings.seed, `stock-${name}`)))
        await untilShown(shopfront, store, sku, stock)
      }),
    ),
  )
}

async function untilShown(
  shopfront: Shopfront,
  store: LoadCaller,
  sku: string,
  stock: number,
): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const answer = await shopfront.ask(
      store,
      { f: 'put', sku },
      { method: 'GET', path: `/v1/products/${sku}` },
    )
    const { available } = (answer?.status === 200 ? JSON.parse(answer.text) : {}) as { available?: number }
    if (available === stock) return
    await delay(50)
  }
}
