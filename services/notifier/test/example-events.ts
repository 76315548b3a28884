import { randomUUID } from 'node:crypto'
import {
  orderCancelledExample,
  orderConfirmedExample,
  orderDeliveredExample,
  orderRejectedExample,
  orderShippedExample,
} from '@comanda/shared/messages'
import type { OrderEvent } from '@comanda/shared/messages'

const EXAMPLES = {
  confirmed: orderConfirmedExample,
  rejected: orderRejectedExample,
  cancelled: orderCancelledExample,
  shipped: orderShippedExample,
  delivered: orderDeliveredExample,
} as const

export interface EventChanges {
  readonly id?: string
  readonly order?: string
  readonly version?: number
  readonly data?: Readonly<Record<string, unknown>>
}

/** An event of an order of its own, unless told otherwise. */
export function exampleEvent(
  kind: keyof typeof EXAMPLES = 'confirmed',
  changes: EventChanges = {},
): OrderEvent {
  const example = EXAMPLES[kind]
  return {
    ...example,
    id: changes.id ?? randomUUID(),
    subject: changes.order ?? randomUUID(),
    data: { ...example.data, version: changes.version ?? 1, ...changes.data },
  } as OrderEvent
}
