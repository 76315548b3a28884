import { z } from 'zod'
import { LIMITS } from '../limits.js'

/**
 * Fields that several messages and requests share. A text never holds NUL (Postgres cannot store it) or half a
 * surrogate pair (it has no UTF-8 form); both would be poison further down. Its length is in code points, as JSON Schema
 * and Postgres count; what zod's own `min` and `max` count are UTF-16 units. The `meta` says the rules in JSON Schema,
 * except the one of the pairs: patterns that count UTF-16 units would read it as a ban of every character beyond U+FFFF.
 */
export function text(max: number, min = 1) {
  return z
    .string()
    .refine((value) => value.length >= min, { error: `must have at least ${min} characters` })
    .refine((value) => value.length <= max || (value.length <= 2 * max && codePoints(value) <= max), {
      error: `must have at most ${max} characters`,
    })
    .refine((value) => !value.includes('\u0000') && value.isWellFormed(), {
      error: 'must not contain NUL or half of a surrogate pair',
    })
    .meta({ ...(min > 0 && { minLength: min }), maxLength: max, pattern: '^[^\\u0000]*$' })
}

function codePoints(value: string): number {
  let count = 0
  for (const _ of value) count += 1
  return count
}

export const Sku = text(LIMITS.skuMax).meta({
  description: "The shop's own code of a product.",
  example: '85123A',
})

export const Quantity = z.int().min(1).max(LIMITS.quantityMax).meta({ format: 'int32' })

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
export const Amount = z
  .string()
  .max(20)
  .regex(/^\d{1,15}(?:\.\d{1,4})?$/)

/**
 * A mail address that can be delivered to (RFC 5321): at most 64 characters before the `@`, labels of the domain that end
 * in no hyphen. zod's own pattern lets both pass.
 */
const EMAIL =
  /^(?=[^@]{1,64}@)[\w'+-]+(?:\.[\w'+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/

export const Email = z
  .email({ pattern: EMAIL, error: 'must be a mail address' })
  .max(LIMITS.emailMax)
  .meta({ description: 'A mail address (RFC 5321).', examples: ['customer-17850@shop.example'] })

/** Listed, so that the documents name each code that is taken. */
export const Currency = z
  .enum(Intl.supportedValuesOf('currency'), { error: 'must be an ISO 4217 currency code' })
  .meta({ id: 'Currency', description: 'ISO 4217 currency code.', examples: ['GBP'] })

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

const LETTERS = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index))
const COUNTRIES = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter(
  (code) => code !== 'ZZ' && REGIONS.of(code) !== undefined,
)

export const Country = z
  .enum(COUNTRIES, { error: 'must be an ISO 3166-1 alpha-2 country code' })
  .meta({ id: 'Country', description: 'ISO 3166-1 alpha-2 country code.', examples: ['GB'] })

const LEAP_YEAR = '(?:19(?:7[26]|8[048]|9[26])|2\\d(?:0[48]|[2468][048]|[13579][26])|2[048]00)'
const MONTH_DAY =
  '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8])'
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d'
const INSTANT = new RegExp(
  `^(?:${LEAP_YEAR}-02-29|(?:19[7-9]\\d|2\\d{3})-(?:${MONTH_DAY}))T${TIME}:[0-5]\\d(?:\\.\\d+)?(?:Z|[+-]${TIME})$`,
)

/**
 * An instant with its offset (RFC 3339) whose date stands between the years 1970 and 2999. One pattern says it all, so
 * that the documents say it too.
 */
export const Instant = z
  .string()
  .max(40)
  .regex(INSTANT, 'must be an RFC 3339 instant with its offset, between the years 1970 and 2999')
  .meta({ format: 'date-time' })

export const Account = text(LIMITS.accountMax)
export const Actor = text(LIMITS.actorMax)
export const Key = text(LIMITS.idempotencyKeyMax, LIMITS.idempotencyKeyMin)
export const Uuid = z
  .string()
  .max(36)
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)

/** A change of stock: a whole number, positive or negative, never 0. */
export const StockDelta = z
  .int()
  .min(-LIMITS.stockDeltaMax)
  .max(LIMITS.stockDeltaMax)
  .refine((delta) => delta !== 0, { error: 'must not be 0' })
  .meta({ format: 'int32', not: { const: 0 } })
