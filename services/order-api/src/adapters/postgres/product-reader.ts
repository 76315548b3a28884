import type { Product, ProductReader } from '../../domain/ports.js'
import { ask } from './ask.js'
import type { ReadSource } from './ask.js'
import { withoutNulls } from './order-rows.js'
import { PRODUCT, PRODUCTS_PAGE } from './statements.js'

interface ProductRow {
  readonly sku: string
  readonly name: string | null
  readonly price: string
  readonly currency: string
  /** bigint, which pg hands over as text; stock is at most 10^12. */
  readonly available: string
}

/** Reads the catalog of an account. */
export function createPostgresProductReader(source: ReadSource): ProductReader {
  return {
    async product(account, sku) {
      const [row] = await ask<ProductRow>(source, { name: 'product', text: PRODUCT, values: [account, sku] })
      return row && productOf(row)
    },

    async page(account, limit, after) {
      const rows = await ask<ProductRow>(source, {
        name: 'products-page',
        text: PRODUCTS_PAGE,
        values: [account, after ?? null, limit + 1],
      })
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return { products: shown.map(productOf), ...(last === undefined ? {} : { next: last.sku }) }
    },
  }
}

function productOf(row: ProductRow): Product {
  return { ...withoutNulls(row), available: Number(row.available) }
}
