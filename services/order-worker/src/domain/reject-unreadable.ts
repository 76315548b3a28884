import { KNOWN } from './decision.js'
import type { Decision } from './decision.js'
import type { OrderSlot } from './order.js'

/**
 * A place that nobody can ever read or store, as far as its envelope names it. The order was acknowledged, so it has to
 * end where its client can see it.
 */
export interface UnreadableOrder {
  readonly type: 'unreadable'
  /** The order id, and so the command id of its place. */
  readonly id: string
  readonly subject: string
  readonly account: string
  readonly actor: string
  readonly time: string
}

/** Ends an order that cannot be read, unless it has been decided already. */
export function decideUnreadable(command: UnreadableOrder, slot: OrderSlot): Decision {
  if (slot === undefined || (slot !== 'vacant' && slot.status !== 'accepted')) return KNOWN
  const reason = 'unprocessable'
  return {
    kind: 'settled',
    outcome: 'refused',
    reason,
    effects: {
      order: {
        after: {
          id: command.subject,
          account: command.account,
          actor: command.actor,
          acceptedAt: new Date(command.time).toISOString(),
          version: 1,
          status: 'rejected',
          reason,
          lineCount: 0,
          lines: [],
          contact: {},
        },
        note: { actor: command.actor, reason },
        announced: true,
      },
    },
  }
}
