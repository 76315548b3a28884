import type { OrderStatus } from '@comanda/shared/messages'

/** What can happen to an order. */
export type MoveKind = 'confirm' | 'reject' | 'cancel' | 'ship' | 'deliver'

/** Every move that there is. What stands here neither happens nor is stored otherwise. */
export const TRANSITIONS: Readonly<Record<OrderStatus, Readonly<Partial<Record<MoveKind, OrderStatus>>>>> = {
  accepted: { confirm: 'confirmed', reject: 'rejected', cancel: 'cancelled' },
  confirmed: { cancel: 'cancelled', ship: 'shipped' },
  shipped: { deliver: 'delivered' },
  rejected: {},
  cancelled: {},
  delivered: {},
}

/**
 * What a move means for an order now: `allowed`; `premature`, when it may still become allowed (a command that overtook
 * another one); or `refused` for good.
 */
export function judgeMove(from: OrderStatus, move: MoveKind): 'allowed' | 'premature' | 'refused' {
  if (TRANSITIONS[from][move] !== undefined) return 'allowed'
  return nextStatuses(from).some((next) => judgeMove(next, move) !== 'refused') ? 'premature' : 'refused'
}

/** The statuses one move away. The map has no cycle, so following them ends. */
export function nextStatuses(from: OrderStatus): readonly OrderStatus[] {
  return Object.values(TRANSITIONS[from])
}
