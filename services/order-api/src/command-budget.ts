import { createDeadlines } from './deadlines.js'
import { ApiError } from './domain/api-error.js'
import type { OrderCommandUseCase } from './domain/order-commands.js'

/** A client hears of its command within two seconds, also where reading and sending are slow one after the other. */
const COMMAND_BUDGET_MS = 1_950

/** Holds a command as a whole to its budget. After it the command may still arrive, as after any 503 of the queue. */
export function withinCommandBudget(commandOrder: OrderCommandUseCase): OrderCommandUseCase {
  const deadlines = createDeadlines(COMMAND_BUDGET_MS)
  const late = () =>
    new ApiError('queue_unavailable', 'The command was not confirmed in time. Send the same request again.')
  return (request) => deadlines.within(commandOrder(request), late)
}
