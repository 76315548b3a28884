import type { OrderDocument, RejectionReason } from '@comanda/shared/messages'
import { formatPrice, isAcceptableTotal, lineAmount, samePrice, totalOf } from './money.js'
import type { Amount } from './money.js'
import type { DecidedLine } from './order.js'
import type { Catalog, Product } from './product.js'

export type Pricing =
  | { readonly kind: 'priced'; readonly lines: readonly DecidedLine[]; readonly total: Amount }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }

/** When several reasons apply, the first of these is given. */
const PRECEDENCE = ['unknown_product', 'currency_mismatch', 'price_changed'] as const

/**
 * Prices every line of an order. A stated price stands where the caller may state prices; else it must equal the
 * catalog's, and without one the catalog's is used. A total that cannot be stored makes the order `unprocessable`.
 */
export function priceLines(order: OrderDocument, pricesStand: boolean, catalog: Catalog): Pricing {
  const problems = new Set<RejectionReason>()
  const lines: DecidedLine[] = []
  for (const { sku, quantity, unitPrice: stated } of order.lines) {
    const product = catalog.get(sku)
    const unitPrice = product && priceOf(product, order.currency, stated, pricesStand)
    if (product === undefined || unitPrice === undefined) {
      problems.add('unknown_product')
    } else if (typeof unitPrice === 'object') {
      problems.add(unitPrice.problem)
    } else {
      lines.push({
        sku,
        ...(product.name === undefined ? {} : { name: product.name }),
        quantity,
        unitPrice,
        amount: lineAmount(quantity, unitPrice),
      })
    }
  }
  const reason = PRECEDENCE.find((candidate) => problems.has(candidate))
  if (reason !== undefined) return { kind: 'rejected', reason }
  const total = totalOf(lines.map(({ amount }) => amount ?? '0'))
  return isAcceptableTotal(total)
    ? { kind: 'priced', lines, total }
    : { kind: 'rejected', reason: 'unprocessable' }
}

function priceOf(
  product: Product,
  currency: string,
  stated: string | undefined,
  pricesStand: boolean,
): Amount | { readonly problem: 'currency_mismatch' | 'price_changed' } {
  if (stated !== undefined && pricesStand) return formatPrice(stated)
  if (product.currency !== currency) return { problem: 'currency_mismatch' }
  if (stated !== undefined && !samePrice(stated, product.price)) return { problem: 'price_changed' }
  return product.price
}

/** The lines of an order that ended before it was priced: as they were sent. */
export function unpricedLines(order: OrderDocument, catalog: Catalog): readonly DecidedLine[] {
  return order.lines.map(({ sku, quantity, unitPrice }) => {
    const name = catalog.get(sku)?.name
    return {
      sku,
      ...(name === undefined ? {} : { name }),
      quantity,
      ...(unitPrice === undefined ? {} : { unitPrice: formatPrice(unitPrice) }),
    }
  })
}
