import type { PutProduct } from '@comanda/shared/messages'
import type { Decision } from './decision.js'
import { formatPrice } from './money.js'
import type { Product } from './product.js'

/** Decides a put. One that is older than what stands changes nothing; stock is never touched. */
export function decidePutProduct(command: PutProduct, product: Product | undefined): Decision {
  const putAtMs = Date.parse(command.time)
  if (product !== undefined && putAtMs < product.putAtMs)
    return { kind: 'settled', outcome: 'superseded', effects: {} }
  const { name, price, currency } = command.data
  return {
    kind: 'settled',
    outcome: 'applied',
    effects: {
      product: {
        sku: command.subject,
        ...(name === undefined ? {} : { name }),
        price: formatPrice(price),
        currency,
        available: product?.available ?? 0,
        putAtMs,
      },
    },
  }
}
