/** Writes amounts and quantities as a customer's language does. */
export interface NumberWriter {
  /** `amount` is a decimal string; it is written exactly, never through binary floating point. */
  money(amount: string, currency: string): string
  count(value: number): string
}

/** Formatters are costly to make (tens of microseconds and kilobytes each), and tags come from outside. */
const MOST_WRITERS = 100
const MOST_TAGS = 1_000
const writers = new Map<string, NumberWriter>()
/** By tag and fallback: to take a tag apart costs as much as a line of a mail. */
const locales = new Map<string, string>()

/**
 * The writer for a customer's language tag, or for `fallback` where the tag is not one that this runtime knows or not
 * one of the same language as the words around the numbers.
 */
export function numberWriter(tag: string | undefined, fallback: string): NumberWriter {
  const locale = localeOf(tag, fallback)
  let writer = writers.get(locale)
  if (writer === undefined) {
    if (writers.size >= MOST_WRITERS) writers.clear()
    writer = createWriter(locale)
    writers.set(locale, writer)
  }
  return writer
}

function localeOf(tag: string | undefined, fallback: string): string {
  if (tag === undefined) return fallback
  const name = `${fallback} ${tag}`
  let locale = locales.get(name)
  if (locale === undefined) {
    if (locales.size >= MOST_TAGS) locales.clear()
    locale = readLocale(tag, fallback)
    locales.set(name, locale)
  }
  return locale
}

function readLocale(tag: string, fallback: string): string {
  try {
    const { language, region } = new Intl.Locale(tag)
    return language === fallback && region !== undefined ? `${language}-${region}` : fallback
  } catch {
    return fallback
  }
}

function createWriter(locale: string): NumberWriter {
  const currencies = new Map<string, Intl.NumberFormat>()
  const counts = new Intl.NumberFormat(locale)
  return {
    money(amount, currency) {
      let format = currencies.get(currency)
      if (format === undefined) {
        const style = { style: 'currency', currency } as const
        const digits = new Intl.NumberFormat(locale, style).resolvedOptions().minimumFractionDigits ?? 2
        // Prices may have four decimals: they are shown where they are not zero, so that lines add up.
        format = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: Math.max(digits, 4) })
        currencies.set(currency, format)
      }
      return format.format(amount as Intl.StringNumericLiteral)
    },
    count: (value) => counts.format(value),
  }
}
