import type { RejectionReason } from '@comanda/shared/messages'
import type { Amount } from './money.js'

/** A line as it was decided. Price and amount are missing where the order ended before they were known. */
export interface DecidedLine {
  readonly sku: string
  /** The product's name when the order was read, for the notification. */
  readonly name?: string
  readonly quantity: number
  readonly unitPrice?: Amount
  readonly amount?: Amount
}

/** Where the notifications of an order go. Empty for guests. */
export interface Contact {
  readonly email?: string
  readonly name?: string
  readonly language?: string
}

interface Identity {
  readonly id: string
  readonly account: string
  /** Who placed it. */
  readonly actor: string
  /** RFC 3339, in UTC. */
  readonly acceptedAt: string
}

/** A cancel came before its place: nothing is known of the order yet but that it will not be carried out. */
export interface Tombstone extends Identity {
  readonly status: 'accepted'
  readonly version: 0
}

interface Decided extends Identity {
  /** Counts every move and every refused command, from 1. */
  readonly version: number
  readonly reference?: string
  readonly currency?: string
  readonly total?: Amount
  readonly lineCount: number
  readonly lines: readonly DecidedLine[]
  readonly contact: Contact
}

/** An order whose place has been decided. */
export type DecidedOrder = Decided &
  (
    | { readonly status: 'confirmed' }
    | { readonly status: 'rejected'; readonly reason: RejectionReason }
    | { readonly status: 'cancelled' }
    | { readonly status: 'shipped'; readonly carrier: string; readonly trackingNumber: string }
    | { readonly status: 'delivered' }
  )

export type Order = Tombstone | DecidedOrder

/**
 * What an account finds under an order id: its order; `vacant`, free for the command in hand to fill; or undefined,
 * when there is no order of this account (nor may it make one: the id is another account's).
 */
export type OrderSlot = Order | 'vacant' | undefined
