import type { Decision } from './decision.js'
import type { DecidedOrder } from './order.js'

/**
 * Refuses a command for good. The refusal is part of the order's history and raises its version, so that whoever waits
 * for an answer gets one; nobody else is told.
 */
export function refuse(
  order: DecidedOrder,
  refused: 'cancel' | 'ship' | 'deliver',
  actor: string,
  reason?: string,
): Decision {
  return {
    kind: 'settled',
    outcome: 'refused',
    reason: `order_${order.status}`,
    effects: {
      order: {
        after: { ...order, version: order.version + 1 },
        note: { actor, refused, ...(reason === undefined ? {} : { reason }) },
        announced: false,
      },
    },
  }
}
