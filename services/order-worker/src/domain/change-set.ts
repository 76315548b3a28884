import type { OrderEvent, PlaceOrder } from '@comanda/shared/messages'
import type { CommandOutcome, TimelineNote } from './decision.js'
import type { DecidedLine, DecidedOrder, Order } from './order.js'
import type { Product, StockChange } from './product.js'

/** Everything that a batch of decisions changes, ready to be written: all of it, or none. */
export interface ChangeSet {
  /** Orders that changed, by slot: how they stood before the batch and how they stand after it. */
  readonly orders: Map<string, { readonly before: Order | 'vacant'; readonly after: Order }>
  /** Orders that were placed by this batch, with what was sent. */
  readonly placed: PlacedOrder[]
  readonly timeline: TimelineEntry[]
  readonly movements: StockMovement[]
  /** Products whose name, price or currency was put, as they stand after the batch; by account and SKU. */
  readonly puts: Map<string, { readonly account: string; readonly product: Product }>
  readonly outcomes: CommandRecord[]
  readonly events: NewEvent[]
  /** When all of it was decided: RFC 3339, in UTC. */
  readonly at: string
}

export interface PlacedOrder {
  readonly command: PlaceOrder
  readonly lines: readonly DecidedLine[]
  /** Whether it fills the tombstone of a cancel that came first. */
  readonly fillsTombstone: boolean
}

export interface TimelineEntry extends TimelineNote {
  readonly orderId: string
  readonly version: number
  readonly status: DecidedOrder['status']
  readonly commandId: string
}

/** What one command moved in the stock. */
export interface StockMovement {
  readonly commandId: string
  readonly account: string
  /** Missing for an adjustment. */
  readonly orderId?: string
  readonly kind: 'sold' | 'returned' | 'adjusted'
  readonly changes: readonly StockChange[]
}

export interface CommandRecord {
  readonly commandId: string
  readonly account: string
  readonly actor: string
  readonly type: string
  readonly target: string
  readonly outcome: CommandOutcome
  readonly reason?: string
}

/** An event to be told, with what its message needs beside the body. */
export interface NewEvent {
  readonly event: OrderEvent
  /** Of whom the order is: the fairness group of its events. */
  readonly owner: { readonly account: string; readonly actor: string }
  readonly traceParent?: string
}

export function emptyChangeSet(at: string): ChangeSet {
  return {
    orders: new Map(),
    placed: [],
    timeline: [],
    movements: [],
    puts: new Map(),
    outcomes: [],
    events: [],
    at,
  }
}
