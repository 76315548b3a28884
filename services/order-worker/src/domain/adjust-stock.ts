import { LIMITS } from '@comanda/shared/limits'
import type { AdjustStock } from '@comanda/shared/messages'
import { retry } from './decision.js'
import type { Decision } from './decision.js'
import type { Product } from './product.js'

/** Decides a stock change. One that overtakes its product comes again; stock never leaves its bounds. */
export function decideAdjustStock(command: AdjustStock, product: Product | undefined): Decision {
  if (product === undefined) return retry('unknown_product')
  const { delta } = command.data
  const available = product.available + delta
  if (available < 0) return refused('insufficient_stock')
  if (available > LIMITS.stockMax) return refused('stock_limit')
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
