import { LIMITS } from '@comanda/shared/limits'
import type { AdjustStock } from '@comanda/shared/messages'
import { retry } from './decision.js'
import type { Decision } from './decision.js'
import type { Product } from './product.js'

/**
 * Decides a stock change. One that overtakes its product comes again. Stock never leaves its bounds: a change beyond them
 * comes again while it `mayWait`, since it may have overtaken the one that makes room for it, and is refused then.
 */
export function decideAdjustStock(
  command: AdjustStock,
  product: Product | undefined,
  mayWait: boolean,
): Decision {
  if (product === undefined) return retry('unknown_product')
  const { delta } = command.data
  const available = product.available + delta
  if (available < 0 || available > LIMITS.stockMax) {
    if (mayWait) return retry('too_early')
    return refused(available < 0 ? 'insufficient_stock' : 'stock_limit')
  }
  return {
    kind: 'settled',
    outcome: 'applied',
    reason: command.data.reason,
    effects: { stock: { kind: 'adjusted', changes: [{ sku: product.sku, quantity: delta }] } },
  }
}

function refused(reason: 'insufficient_stock' | 'stock_limit'): Decision {
  return { kind: 'settled', outcome: 'refused', reason, effects: {} }
}
