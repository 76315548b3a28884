import type { OrderStatus } from '@comanda/shared/messages'
import { ApiError } from './api-error.js'
import { otherCommand } from './commands.js'
import type { CommandRequest } from './commands.js'
import { acceptedByReceipt, checkReceipt, isUnavailable, orderNotFound } from './order-access.js'
import type { CommandQueue, OrderHead, OrderReader } from './ports.js'
import { viewOf } from './principal.js'
import type { Principal } from './principal.js'
import type { Receipts } from './receipt.js'

/** States in which a command may still succeed by the time it is applied. */
const MAY_SUCCEED = {
  // An early cancel leaves a row that is only `accepted`; the same cancel again does no harm.
  'comanda.order.cancel.v1': ['accepted', 'confirmed'],
  'comanda.order.ship.v1': ['confirmed'],
  'comanda.order.deliver.v1': ['shipped'],
} as const satisfies Record<string, readonly OrderStatus[]>

const PARTICIPLE = {
  'comanda.order.cancel.v1': 'cancelled',
  'comanda.order.ship.v1': 'shipped',
  'comanda.order.deliver.v1': 'delivered',
} as const

export type OrderCommandType = keyof typeof MAY_SUCCEED

export interface OrderCommandRequest {
  readonly principal: Principal
  readonly command: CommandRequest<OrderCommandType>
  /** Proves an order that has no row yet; only a cancel asks for it. */
  readonly receipt?: string | undefined
  readonly traceparent?: string | undefined
}

export interface AcceptedOrderCommand {
  readonly commandId: string
  /** The receipt of the request, where it proved the order. */
  readonly receipt?: string
}

/**
 * Gives a command about an order and resolves once the queue has confirmed it. Rejects at once
 * with `order_state_forbids` where the row shows that it can only be refused; the worker has the last word.
 */
export type OrderCommandUseCase = (request: OrderCommandRequest) => Promise<AcceptedOrderCommand>

export function createOrderCommands(world: {
  readonly orders: Pick<OrderReader, 'head'>
  readonly queue: CommandQueue
  readonly receipts: Receipts
  readonly now: () => Date
}): OrderCommandUseCase {
  const { orders, queue, receipts, now } = world
  return async ({ principal, command, receipt, traceparent }) => {
    const { type, target } = command
    const isCancel = type === 'comanda.order.cancel.v1'
    const view = viewOf(principal, isCancel ? 'orders:write' : 'orders:fulfil')
    const check = checkReceipt(receipts, principal, target, isCancel ? receipt : undefined)
    let head: OrderHead | undefined
    try {
      head = await orders.head(view, target)
    } catch (error) {
      if (!isUnavailable(error) || check.kind !== 'valid') throw error
    }
    if (head !== undefined) refuseForGood(type, head.status)
    else if (isCancel) acceptedByReceipt(check)
    else throw orderNotFound()
    const queued = otherCommand(principal, command, now(), traceparent)
    await queue.send(queued)
    return { commandId: queued.id, ...(check.kind === 'valid' ? { receipt: receipt! } : {}) }
  }
}

function refuseForGood(type: OrderCommandType, status: OrderStatus): void {
  const allowed: readonly OrderStatus[] = MAY_SUCCEED[type]
  if (allowed.includes(status)) return
  throw new ApiError('order_state_forbids', `An order that is ${status} cannot be ${PARTICIPLE[type]}.`, {
    extensions: { orderStatus: status },
  })
}
