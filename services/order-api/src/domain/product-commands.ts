import { otherCommand } from './commands.js'
import type { CommandRequest } from './commands.js'
import type { CommandQueue } from './ports.js'
import type { Principal } from './principal.js'

export interface ProductCommandRequest {
  readonly principal: Principal
  readonly command: CommandRequest<'comanda.product.put.v1' | 'comanda.stock.adjust.v1'>
  readonly traceparent?: string | undefined
}

/** Gives a command about a product and resolves with its command id once the queue has confirmed it. */
export type ProductCommandUseCase = (request: ProductCommandRequest) => Promise<string>

export function createProductCommands(world: {
  readonly queue: CommandQueue
  readonly now: () => Date
}): ProductCommandUseCase {
  return async ({ principal, command, traceparent }) => {
    const queued = otherCommand(principal, command, world.now(), traceparent)
    await world.queue.send(queued)
    return queued.id
  }
}
