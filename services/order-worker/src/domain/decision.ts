import type { Order } from './order.js'
import type { Product, StockChange } from './product.js'

/** Why a command has to come again: what it builds on is not there yet. */
export type RetryReason = 'unknown_order' | 'unknown_product' | 'too_early'

/** How a command ended, as it is kept: `superseded` by a newer one, `tombstoned` as a cancel ahead of its place. */
export type CommandOutcome = 'applied' | 'refused' | 'superseded' | 'tombstoned'

/** The row that a move or a refused command adds to an order's history. */
export interface TimelineNote {
  /** Who caused it. */
  readonly actor: string
  readonly refused?: 'cancel' | 'ship' | 'deliver'
  readonly reason?: string
}

/** What a decision changes. All of it happens, or none. */
export interface Effects {
  readonly order?: {
    readonly after: Order
    /** Missing for a tombstone, which is no part of the history. */
    readonly note?: TimelineNote
    /** Whether the world is told. */
    readonly announced: boolean
  }
  readonly stock?: {
    readonly kind: 'sold' | 'returned' | 'adjusted'
    readonly changes: readonly StockChange[]
  }
  /** A product's new name and price; its stock is not touched. */
  readonly product?: Product
}

/** What becomes of one command. */
export type Decision =
  | {
      readonly kind: 'settled'
      readonly outcome: CommandOutcome
      readonly reason?: string
      readonly effects: Effects
    }
  /** Its effect stands already. */
  | { readonly kind: 'known' }
  /** Nothing changes now; the queue brings it again. */
  | { readonly kind: 'retry'; readonly reason: RetryReason }

export const KNOWN: Decision = { kind: 'known' }

export function retry(reason: RetryReason): Decision {
  return { kind: 'retry', reason }
}
