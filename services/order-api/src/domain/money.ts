import { LIMITS } from '@comanda/shared/limits'

const SCALE = 10 ** LIMITS.priceDecimals
/** Totals are below this, in ten-thousandths. */
const TOTAL_LIMIT = 10n ** BigInt(LIMITS.orderTotalIntegerDigits + LIMITS.priceDecimals)

/** A price as a whole number of ten-thousandths: below 10^13, so a safe integer and exact. */
function tenThousandths(price: string): number {
  const point = price.indexOf('.')
  if (point < 0) return Number(price) * SCALE
  const fraction = price.slice(point + 1).padEnd(LIMITS.priceDecimals, '0')
  return Number(price.slice(0, point)) * SCALE + Number(fraction)
}

/**
 * Whether the stated amounts of an order stay below the largest total. Exact: whole numbers of ten-thousandths,
 * which are safe integers for all but absurd orders; past 2^53 the sum goes on in BigInt.
 */
export function statedTotalFits(
  lines: readonly { readonly quantity: number; readonly unitPrice?: string | undefined }[],
): boolean {
  let sum = 0
  let beyond = 0n
  for (const { quantity, unitPrice } of lines) {
    if (unitPrice === undefined) continue
    const price = tenThousandths(unitPrice)
    const next = sum + price * quantity
    // A product or sum that was rounded is larger than 2^53 even after rounding.
    if (next <= Number.MAX_SAFE_INTEGER) sum = next
    else beyond += BigInt(price) * BigInt(quantity)
  }
  return BigInt(sum) + beyond < TOTAL_LIMIT
}
