import Big from 'big.js'
import { LIMITS } from '@comanda/shared/limits'

/**
 * Exact amounts as decimal strings with four decimals, like "15.3000". Quantities are whole and prices have at most
 * four decimals, so no product or sum here is ever rounded.
 */
export type Amount = string

const TOTAL_LIMIT = new Big(10).pow(LIMITS.orderTotalIntegerDigits)

/** `quantity × unitPrice`, exact. */
export function lineAmount(quantity: number, unitPrice: string): Amount {
  return format(new Big(unitPrice).times(quantity))
}

/** The sum of the amounts, exact; "0.0000" of none. */
export function totalOf(amounts: readonly Amount[]): Amount {
  return format(amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)))
}

/** A price in the form in which it is stored and shown: "2.5" becomes "2.5000". */
export function formatPrice(price: string): Amount {
  return format(new Big(price))
}

/** Whether two prices are the same number, however they are written. */
export function samePrice(one: string, other: string): boolean {
  return one === other || new Big(one).eq(other)
}

/** Whether an order of this total can be stored and shown (LIMITS.orderTotalIntegerDigits). */
export function isAcceptableTotal(total: Amount): boolean {
  return new Big(total).lt(TOTAL_LIMIT)
}

function format(value: Big): Amount {
  return value.toFixed(LIMITS.priceDecimals)
}
