import type { Product, ProductReader } from '../../domain/ports.js'

/** A product with the account that owns it. */
export interface OwnedProduct {
  readonly account: string
  readonly product: Product
}

/** Keeps the promises of the port over a list in memory; it passes the same contract as Postgres. */
export function createMemoryProductReader(stored: readonly OwnedProduct[]): ProductReader {
  const productsOf = (account: string) =>
    stored.filter((owned) => owned.account === account).map(({ product }) => product)
  return {
    product: (account, sku) => Promise.resolve(productsOf(account).find((product) => product.sku === sku)),

    page: (account, limit, after) => {
      const found = productsOf(account)
        .filter(({ sku }) => after === undefined || sku > after)
        .sort((a, b) => (a.sku < b.sku ? -1 : 1))
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      return Promise.resolve({ products: shown, ...(last === undefined ? {} : { next: last.sku }) })
    },
  }
}
