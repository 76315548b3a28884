import type { OrderEvent, SnapshotLine } from '@comanda/shared/messages'
import { ENGLISH } from './english.js'
import { numberWriter } from './money.js'
import type { NumberWriter } from './money.js'
import { MAIL_KINDS } from './phrases.js'
import type { Phrases } from './phrases.js'
import { SPANISH } from './spanish.js'

/** What a mail says, ready to be laid out: every number and word is written, nothing is escaped. */
export interface OrderMail {
  readonly language: string
  readonly shop: string
  readonly subject: string
  readonly heading: string
  readonly greeting: string
  readonly paragraphs: readonly string[]
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly columns: { readonly item: string; readonly quantity: string; readonly amount: string }
  readonly lines: readonly MailLine[]
  readonly moreLines?: string
  readonly total?: { readonly label: string; readonly value: string }
  readonly closing: string
}

export interface MailLine {
  readonly name: string
  /** The SKU, where the name is another word. */
  readonly sku?: string
  readonly quantity: string
  readonly unitPrice?: string
  readonly amount?: string
}

/** Writes the mail about an event in the customer's language: Spanish for `es` and its regions, else English. */
export function orderMail(event: OrderEvent, shop: string): OrderMail {
  const { data } = event
  const phrases = /^es(-|$)/i.test(data.language ?? '') ? SPANISH : ENGLISH
  const numbers = numberWriter(data.language, phrases.language)
  const kind = MAIL_KINDS[event.type]
  const order = singleLine(data.reference ?? event.subject)
  const hidden = data.lineCount - data.lines.length
  return {
    language: phrases.language,
    shop: singleLine(shop),
    subject: phrases.subject[kind](order),
    heading: phrases.heading[kind],
    greeting: phrases.greeting(data.name === undefined ? undefined : singleLine(data.name)),
    paragraphs: [
      phrases.news[kind],
      ...(event.type === 'comanda.order.rejected.v1' ? [phrases.reason[event.data.reason]] : []),
    ],
    facts: [{ label: phrases.order, value: order }, ...trackingOf(event, phrases)],
    columns: phrases,
    lines: data.lines.map((line) => mailLine(line, data.currency, phrases, numbers)),
    ...(hidden > 0 ? { moreLines: phrases.moreLines(numbers.count(hidden), hidden === 1) } : {}),
    ...(data.total === undefined || data.currency === undefined
      ? {}
      : { total: { label: phrases.total, value: numbers.money(data.total, data.currency) } }),
    closing: phrases.closing(singleLine(shop)),
  }
}

function mailLine(
  line: SnapshotLine,
  currency: string | undefined,
  phrases: Phrases,
  numbers: NumberWriter,
): MailLine {
  const priced = currency !== undefined
  return {
    name: singleLine(line.name ?? line.sku),
    ...(line.name === undefined ? {} : { sku: singleLine(line.sku) }),
    quantity: numbers.count(line.quantity),
    ...(priced && line.unitPrice !== undefined && line.quantity > 1
      ? { unitPrice: phrases.each(numbers.money(line.unitPrice, currency)) }
      : {}),
    ...(priced && line.amount !== undefined ? { amount: numbers.money(line.amount, currency) } : {}),
  }
}

function trackingOf(event: OrderEvent, phrases: Phrases): { label: string; value: string }[] {
  if (event.type !== 'comanda.order.shipped.v1') return []
  return [
    { label: phrases.carrier, value: singleLine(event.data.carrier) },
    { label: phrases.trackingNumber, value: singleLine(event.data.trackingNumber) },
  ]
}

/** Text from outside may hold line breaks: in a subject they would start a header of the sender's choice. */
export function singleLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
