import type { OrderStatus, RejectionReason } from '@comanda/shared/messages'
import type { OrderHead, OrderSummary, StoredLine, StoredOrder, TimelineEntry } from '../../domain/ports.js'

export interface HeadRow {
  readonly id: string
  readonly status: OrderStatus
  readonly version: number
  readonly accepted_at: Date
}

export interface SummaryRow extends HeadRow {
  readonly reason: RejectionReason | null
  readonly reference: string | null
  readonly currency: string | null
  readonly total: string | null
  readonly line_count: number
  readonly customer_id: string | null
  readonly placed_at: Date | null
  readonly updated_at: Date
}

export interface OrderRow extends SummaryRow {
  readonly actor: string
  readonly metadata: Record<string, string> | null
  readonly carrier: string | null
  readonly tracking_number: string | null
  readonly email: string | null
  readonly name: string | null
  readonly language: string | null
  readonly ship_to: Record<string, string> | null
  readonly lines: readonly Nullable<StoredLine>[]
  readonly timeline: readonly (Nullable<Omit<TimelineEntry, 'at'>> & { readonly at: string })[]
}

type Nullable<T> = { readonly [Name in keyof T]-?: T[Name] | (undefined extends T[Name] ? null : never) }

type WithoutNulls<T> = {
  [Name in keyof T as null extends T[Name] ? never : Name]: T[Name]
} & { [Name in keyof T as null extends T[Name] ? Name : never]?: NonNullable<T[Name]> }

/** Leaves out what is null: a column without a value is a property that is not there. */
export function withoutNulls<T extends object>(row: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as WithoutNulls<T>
}

export function headOf(row: HeadRow): OrderHead {
  return { id: row.id, status: row.status, version: row.version, acceptedAt: row.accepted_at }
}

export function summaryOf(row: SummaryRow): OrderSummary {
  return {
    ...headOf(row),
    ...withoutNulls({
      reason: row.reason,
      reference: row.reference,
      currency: row.currency,
      total: row.total,
      customerId: row.customer_id,
      placedAt: row.placed_at,
    }),
    lineCount: row.line_count,
    updatedAt: row.updated_at,
  }
}

export function orderOf(row: OrderRow): StoredOrder {
  const customer = withoutNulls({ email: row.email, name: row.name, language: row.language })
  return {
    ...summaryOf(row),
    actor: row.actor,
    lines: row.lines.map(withoutNulls),
    ...(Object.keys(customer).length === 0 ? {} : { customer }),
    ...withoutNulls({
      shipTo: row.ship_to,
      metadata: row.metadata,
      carrier: row.carrier,
      trackingNumber: row.tracking_number,
    }),
    timeline: row.timeline.map((entry) => ({ ...withoutNulls(entry), at: new Date(entry.at) })),
  }
}
