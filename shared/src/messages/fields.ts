import { z } from 'zod'
import { LIMITS } from '../limits.js'

/**
 * Fields that several messages and requests share. A text never holds NUL (Postgres cannot store it) or half a
 * surrogate pair (it has no UTF-8 form); both would be poison further down.
 */
export function text(max: number, min = 1) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((value) => !value.includes('\u0000') && value.isWellFormed(), {
      error: 'must not contain NUL or half of a surrogate pair',
    })
}

export const Sku = text(LIMITS.skuMax).meta({
  description: "The shop's own code of a product.",
  example: '85123A',
})

export const Quantity = z.int().min(1).max(LIMITS.quantityMax)

/** A decimal string without sign, exponent or leading zeros: below 10^9, at most four decimals. */
export const UnitPrice = z
  .string()
  .max(LIMITS.unitPriceIntegerDigits + 1 + LIMITS.priceDecimals)
  .regex(
    /^(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?$/,
    'must be a decimal string from 0 to 999999999.9999, like "12.50"',
  )
  .meta({ description: 'A price as a decimal string, at most four decimals.', example: '2.55' })

/** A total or line amount as it is stored and shown: always four decimals or fewer, never binary floating point. */
export const Amount = z.string().regex(/^\d{1,15}(?:\.\d{1,4})?$/)

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .refine((code) => CURRENCIES.has(code), { error: 'must be an ISO 4217 currency code' })
  .meta({ description: 'ISO 4217 currency code.', example: 'GBP' })

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

export const Country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .refine((code) => code !== 'ZZ' && REGIONS.of(code) !== undefined, {
    error: 'must be an ISO 3166-1 alpha-2 country code',
  })
  .meta({ description: 'ISO 3166-1 alpha-2 country code.', example: 'GB' })

/** An instant with its offset (RFC 3339), between the years 1970 and 2999. */
export const Instant = z.iso
  .datetime({ offset: true })
  .max(40)
  .refine(
    (value) => {
      const year = new Date(value).getUTCFullYear()
      return year >= 1970 && year <= 2999
    },
    { error: 'must lie between the years 1970 and 2999' },
  )

export const Account = text(LIMITS.accountMax)
export const Actor = text(LIMITS.actorMax)
export const Key = text(LIMITS.idempotencyKeyMax, LIMITS.idempotencyKeyMin)
export const Uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)

/** A change of stock: a whole number, positive or negative, never 0. */
export const StockDelta = z
  .int()
  .min(-LIMITS.stockDeltaMax)
  .max(LIMITS.stockDeltaMax)
  .refine((delta) => delta !== 0, { error: 'must not be 0' })
