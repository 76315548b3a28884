import type { Findings } from './findings.js'
import type { MovementRow } from './records.js'

/** A product as the database shows it. */
export interface ProductRow {
  readonly account: string
  readonly sku: string
  readonly available: number
}

/** Adds up what moved each product, to be held against what is there: I4. Memory grows with the catalog alone. */
export interface StockBook {
  move(account: string, movement: MovementRow): void
  check(products: readonly ProductRow[], findings: Findings): void
}

export function createStockBook(): StockBook {
  const sums = new Map<string, number>()
  const nameOf = (account: string, sku: string) => `${account}/${sku}`
  return {
    move(account, { sku, quantity }) {
      const name = nameOf(account, sku)
      sums.set(name, (sums.get(name) ?? 0) + quantity)
    },
    check(products, findings) {
      const left = new Map(sums)
      for (const { account, sku, available } of products) {
        const name = nameOf(account, sku)
        const sum = left.get(name) ?? 0
        left.delete(name)
        if (available !== sum)
          findings.report('I4', name, `${available} are available, its movements make ${sum}`)
        if (available < 0) findings.report('I4', name, `${available} are available`)
      }
      for (const [name, sum] of left)
        if (sum !== 0) findings.report('I4', name, 'moved, and there is no such product')
    },
  }
}
