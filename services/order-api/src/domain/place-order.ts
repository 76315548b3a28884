import type { OrderDocument } from '@comanda/shared/messages'
import { ApiError } from './api-error.js'
import { placeCommand } from './commands.js'
import type { LossDetector } from './loss-detector.js'
import { statedTotalFits } from './money.js'
import type { CommandQueue } from './ports.js'
import type { Principal } from './principal.js'
import type { Receipts } from './receipt.js'

export interface PlaceOrderRequest {
  readonly principal: Principal
  readonly key: string
  readonly order: OrderDocument
  readonly traceparent?: string | undefined
}

export interface AcceptedOrder {
  readonly id: string
  readonly receipt: string
  /** The same order was stored before this request. */
  readonly replayed: boolean
}

/** Accepts an order: resolves only after the queue has confirmed it, or when it is stored already. */
export type PlaceOrderUseCase = (request: PlaceOrderRequest) => Promise<AcceptedOrder>

export function createPlaceOrder(world: {
  readonly queue: CommandQueue
  readonly receipts: Receipts
  readonly lossDetector: Pick<LossDetector, 'accepted'>
  readonly now: () => Date
  readonly onAccepted: (replayed: boolean) => void
}): PlaceOrderUseCase {
  const { queue, receipts, lossDetector, now, onAccepted } = world
  return async ({ principal, key, order, traceparent }) => {
    if (!statedTotalFits(order.lines))
      throw new ApiError('invalid_order', 'The order breaks a rule.', {
        violations: [{ pointer: '/lines', detail: 'the stated amounts must add up to less than 10^12' }],
      })
    const acceptedAt = now()
    const command = placeCommand(principal, key, order, acceptedAt, traceparent)
    const result = await queue.send(command)
    if (result === 'key_reused')
      throw new ApiError('idempotency_key_reused', 'Another order is stored under this Idempotency-Key.')
    const { account, actor } = principal
    if (result === 'sent') lossDetector.accepted({ account, id: command.id }, acceptedAt.getTime())
    const replayed = result === 'known'
    onAccepted(replayed)
    return {
      id: command.id,
      receipt: receipts.issue({ orderId: command.id, account, actor }, acceptedAt),
      replayed,
    }
  }
}
