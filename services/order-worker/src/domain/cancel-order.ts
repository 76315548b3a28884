import type { CancelOrder } from '@comanda/shared/messages'
import { retry } from './decision.js'
import type { Decision } from './decision.js'
import type { OrderSlot } from './order.js'
import { quantityBySku } from './product.js'
import { refuse } from './refuse.js'
import { judgeMove } from './transitions.js'

/** Decides a cancel. One that comes before its place leaves a tombstone; a confirmed order gives its stock back. */
export function decideCancel(command: CancelOrder, slot: OrderSlot): Decision {
  const { reason } = command.data
  if (slot === undefined) return retry('unknown_order')
  if (slot === 'vacant') {
    const { subject: id, account, actor } = command
    const acceptedAt = new Date(command.time).toISOString()
    return {
      kind: 'settled',
      outcome: 'tombstoned',
      effects: {
        order: {
          after: { status: 'accepted', version: 0, id, account, actor, acceptedAt },
          announced: false,
        },
      },
    }
  }
  if (slot.status === 'accepted') return { kind: 'settled', outcome: 'tombstoned', effects: {} }
  if (judgeMove(slot.status, 'cancel') !== 'allowed') return refuse(slot, 'cancel', command.actor, reason)
  return {
    kind: 'settled',
    outcome: 'applied',
    effects: {
      order: {
        after: { ...slot, status: 'cancelled', version: slot.version + 1 },
        note: { actor: command.actor, ...(reason === undefined ? {} : { reason }) },
        announced: true,
      },
      stock: {
        kind: 'returned',
        changes: [...quantityBySku(slot.lines)].map(([sku, quantity]) => ({ sku, quantity })),
      },
    },
  }
}
