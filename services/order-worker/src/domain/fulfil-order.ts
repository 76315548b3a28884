import type { DeliverOrder, ShipOrder } from '@comanda/shared/messages'
import { retry } from './decision.js'
import type { Decision } from './decision.js'
import type { DecidedOrder, OrderSlot } from './order.js'
import { refuse } from './refuse.js'
import { judgeMove } from './transitions.js'

/** Decides a ship. One that overtakes the confirmation comes again. */
export function decideShip(command: ShipOrder, slot: OrderSlot): Decision {
  return decideFulfilment('ship', command.actor, slot, (order) => ({
    ...order,
    status: 'shipped',
    carrier: command.data.carrier,
    trackingNumber: command.data.trackingNumber,
    version: order.version + 1,
  }))
}

/** Decides a deliver. One that overtakes the ship comes again. */
export function decideDeliver(command: DeliverOrder, slot: OrderSlot): Decision {
  return decideFulfilment('deliver', command.actor, slot, (order) => ({
    ...order,
    status: 'delivered',
    version: order.version + 1,
  }))
}

function decideFulfilment(
  move: 'ship' | 'deliver',
  actor: string,
  slot: OrderSlot,
  after: (order: DecidedOrder) => DecidedOrder,
): Decision {
  if (slot === undefined || slot === 'vacant') return retry('unknown_order')
  if (slot.status === 'accepted') return retry('too_early')
  switch (judgeMove(slot.status, move)) {
    case 'premature':
      return retry('too_early')
    case 'refused':
      return refuse(slot, move, actor)
    case 'allowed':
      return {
        kind: 'settled',
        outcome: 'applied',
        effects: { order: { after: after(slot), note: { actor }, announced: true } },
      }
  }
}
