import type { OrderEvent, RejectionReason } from '@comanda/shared/messages'

/** What happened to an order, as its mails tell it. */
export type MailKind = 'confirmed' | 'rejected' | 'cancelled' | 'shipped' | 'delivered'

export const MAIL_KINDS: Readonly<Record<OrderEvent['type'], MailKind>> = {
  'comanda.order.confirmed.v1': 'confirmed',
  'comanda.order.rejected.v1': 'rejected',
  'comanda.order.cancelled.v1': 'cancelled',
  'comanda.order.shipped.v1': 'shipped',
  'comanda.order.delivered.v1': 'delivered',
}

/** Every word that a mail of one language needs. One file a language. */
export interface Phrases {
  /** BCP 47 tag for Content-Language, and for numbers where the customer's own tag is not one of this language. */
  readonly language: string
  readonly subject: Readonly<Record<MailKind, (order: string) => string>>
  readonly heading: Readonly<Record<MailKind, string>>
  /** The paragraph under the greeting. */
  readonly news: Readonly<Record<MailKind, string>>
  readonly reason: Readonly<Record<RejectionReason, string>>
  readonly greeting: (name: string | undefined) => string
  readonly closing: (shop: string) => string
  readonly order: string
  readonly carrier: string
  readonly trackingNumber: string
  readonly item: string
  readonly quantity: string
  readonly amount: string
  readonly total: string
  readonly each: (price: string) => string
  readonly moreLines: (count: string, isOne: boolean) => string
}
