/** What a client wrote about one request, its `invoke` and its end joined. Times are milliseconds of one steady clock. */
export interface Operation {
  readonly kind: 'op'
  readonly i: number
  readonly f:
    | 'place'
    | 'cancel'
    | 'ship'
    | 'deliver'
    | 'get'
    | 'final-get'
    | 'adjust'
    | 'put'
    | 'poison'
    | 'poison-order'
  /** `ok` answered as asked, `fail` certainly without effect, `info` nobody knows. Undefined: no end was written. */
  readonly type?: 'ok' | 'fail' | 'info'
  readonly t0: number
  readonly t1?: number
  readonly status?: number
  readonly account: string
  readonly actor: string
  /** The order that it is about, as the checker's own formula names it. */
  readonly id?: string
  /** What the answer called it. */
  readonly gotId?: string
  readonly key?: string
  readonly fingerprint?: string
  readonly content?: string
  readonly prices?: string
  /** Recipient of its mails. */
  readonly email?: string
  /** The id of a command that is no place. */
  readonly cmd?: string
  readonly sku?: string
  readonly delta?: number
  /** A stock change for which the same client had made room before, with an answer: nothing may refuse it. */
  readonly covered?: boolean
  /** Asked by another account or a shopper who did not place it: must never be found. */
  readonly foreign?: boolean
  /** The request proved the order by a receipt, or had seen its row before. */
  readonly proven?: boolean
  /** One of the reads that look again and again from the 202 on, until the row shows. */
  readonly watched?: boolean
  readonly version?: number
  readonly state?: string
  readonly poison?: 'broken' | 'invalid' | 'unknown-version'
  readonly sha?: string
  /** Answer texts that held what must stay quiet. */
  readonly leaked?: boolean
}

/** An order as the database holds it. */
export interface OrderRow {
  readonly kind: 'order'
  readonly id: string
  readonly account: string
  readonly actor: string
  readonly key: string | null
  readonly fingerprint: string | null
  readonly status: string
  readonly version: number
  readonly reason: string | null
  readonly content: string
  readonly prices: string
  readonly email: string | null
  /** Whether total and amounts add up, as numerics of the database. */
  readonly sumsAgree: boolean
  /** Quantity by SKU over all lines. */
  readonly wanted: Readonly<Record<string, number>>
  readonly timeline: readonly TimelineRow[]
  readonly movements: readonly MovementRow[]
  readonly deliveries: readonly DeliveryRow[]
}

export interface TimelineRow {
  readonly version: number
  readonly status: string
  readonly refused: string | null
  readonly actor: string
  readonly command: string
}
export interface MovementRow {
  readonly kind: 'sold' | 'returned' | 'adjusted'
  readonly sku: string
  readonly quantity: number
  readonly command: string
}
export interface DeliveryRow {
  readonly event: string
  readonly version: number
  readonly status: string
  readonly error: string | null
  /** Put off after a failure: its time has not come yet. */
  readonly putOff: boolean
}

export interface KeyRow {
  readonly kind: 'key'
  readonly id: string
  readonly account: string
  readonly actor: string
  readonly key: string
}
export interface CommandRow {
  readonly kind: 'command'
  readonly id: string
  readonly cmd: string
  readonly type: string
  readonly outcome: string
  readonly account: string
}
/** A movement of stock that no order made. */
export interface AdjustmentRow {
  readonly kind: 'adjustment'
  readonly cmd: string
  readonly account: string
  readonly sku: string
  readonly quantity: number
}
/** An event that left for the queue, seen on its way. */
export interface PublishedEvent {
  readonly kind: 'published'
  /** Whether it says where to write to. */
  readonly addressed?: boolean
  readonly id: string
  readonly event: string
  readonly type: string
  readonly version: number
}
/** An event that waits in the outbox. */
export interface OutboxRow {
  readonly kind: 'outbox'
  readonly id: string
  readonly event: string
}
export interface ParkedRow {
  readonly kind: 'parked'
  readonly sha: string
  readonly reason: string
  readonly table: 'parked_messages' | 'parked_events'
}
export interface DeadLetter {
  readonly kind: 'dead-letter'
  readonly sha: string
  readonly queue: string
}
export interface Mail {
  readonly kind: 'mail'
  readonly id: string
  readonly event: string
  readonly messageId: string
  readonly to: string
  /** When it was received, in ms. */
  readonly at: number
}

export type CheckRecord =
  | Operation
  | OrderRow
  | KeyRow
  | CommandRow
  | AdjustmentRow
  | PublishedEvent
  | OutboxRow
  | ParkedRow
  | DeadLetter
  | Mail

/** Records that belong together have the same anchor: an order's by its id, all others by what names them. */
export function anchorOf(record: CheckRecord): string {
  switch (record.kind) {
    case 'op':
      return record.f === 'poison' ? record.sha! : (record.id ?? record.cmd ?? '00')
    case 'adjustment':
      return record.cmd
    case 'parked':
    case 'dead-letter':
      return record.sha
    default:
      return record.id
  }
}
