import { setTimeout as delay } from 'node:timers/promises'
import { expectedCommandId } from '../checker/identity.js'
import { keyOf } from './keys.js'
import type { LoadCaller, LoadSettings } from './load-settings.js'
import { adjustStock } from './moves.js'
import type { Shopfront } from './shopfront.js'

const TRIES = 200

/**
 * Fills the catalog of every account over the API. Resolves once it shows all products with their stock; what does not
 * come is left for the checker to miss.
 */
export async function seedCatalog(settings: LoadSettings, shopfront: Shopfront): Promise<void> {
  const stores = settings.callers.filter(({ role }) => role === 'store')
  await Promise.all(
    stores.flatMap((store) =>
      settings.catalog.map(async ({ sku, price, stock }) => {
        await shopfront.ask(
          store,
          { f: 'put', cmd: expectedCommandId('comanda.product.put.v1', store, sku, null), sku },
          {
            method: 'PUT',
            path: `/v1/products/${sku}`,
            body: { name: `Product ${sku}`, price, currency: 'GBP' },
          },
        )
        await untilShown(shopfront, store, sku, 0)
        await adjustStock(shopfront, store, sku, stock, keyOf(settings.seed, `stock-${store.account}-${sku}`))
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
