import type { ConsumerObserver } from '../consumer-observer.js'
import type { Outcome } from '../outcome.js'
import type { BatchHandler, ParkedMessage, QueueConsumerOptions } from '../queue-consumer.js'
import { hasWaitedTooLong } from './held-message.js'
import type { HeldMessage } from './held-message.js'
import type { Pauses } from './pauses.js'
import { backoffDelay } from './retry-delay.js'
import type { Settler } from './settler.js'
import type { WaitingRoom } from './waiting-room.js'
import { withinLimit } from './within-limit.js'

export interface OutcomesOptions {
  readonly handle: BatchHandler
  readonly park: (parked: readonly ParkedMessage[]) => Promise<void>
  readonly dependency: QueueConsumerOptions['dependency']
  readonly backoffSeconds: QueueConsumerOptions['backoffSeconds']
  readonly visibilityTimeoutSeconds: number
  readonly maxHandlingSeconds: number
  readonly observer: ConsumerObserver
  /** Whether the order of groups has to be kept. */
  readonly ordered: boolean
  readonly settler: Settler
  readonly pauses: Pauses
  readonly waitingRoom: WaitingRoom
  readonly pauseDelay: () => number
  readonly shutDown: AbortSignal
  readonly random?: () => number
}

/** A handler that answers fewer outcomes than it got messages has not handled the others. */
const NO_OUTCOME: Outcome = { kind: 'retry', reason: 'no_outcome' }

/** Takes batches through their handler, and each message to what its outcome says. */
export function createOutcomes(options: OutcomesOptions): {
  readonly run: (batch: readonly HeldMessage[]) => Promise<void>
} {
  const { observer, settler, pauses, waitingRoom, dependency, random = Math.random } = options

  async function run(taken: readonly HeldMessage[]): Promise<void> {
    const batch = taken.filter(mayStart)
    if (batch.length === 0) return
    const startedAt = performance.now()
    const messages = batch.map(({ message }) => message)
    const end = await withinLimit(
      (signal) => options.handle(messages, signal),
      timeLeft(batch),
      options.shutDown,
    )
    if (end.kind === 'over_limit') {
      letGo(batch)
      return
    }
    observer.handled(batch.length, performance.now() - startedAt)
    if (end.kind === 'failed') retryAll(batch, end.error, 'handler_failed')
    else await settle(batch, end.value)
  }

  /** Milliseconds until the first of a batch, which was received first, reaches the handling limit. */
  function timeLeft([first]: readonly HeldMessage[]): number {
    return (first?.heldSince ?? 0) + options.maxHandlingSeconds * 1_000 - performance.now()
  }

  function mayStart(held: HeldMessage): boolean {
    const now = performance.now()
    // Its visibility ran out while it waited, so it may be in other hands.
    const lost = now - held.extendedAt >= options.visibilityTimeoutSeconds * 1_000
    if (!lost && !hasWaitedTooLong(held, now, options.maxHandlingSeconds)) return true
    if (lost) settler.letGo(held, 'visibility_lost')
    else settler.giveBack([held], 0)
    giveBackGroup(held, 0)
    return false
  }

  function letGo(batch: readonly HeldMessage[]): void {
    for (const held of batch) {
      settler.letGo(held, options.shutDown.aborted ? 'shut_down' : 'handling_limit')
      giveBackGroup(held, 0)
    }
  }

  async function settle(batch: readonly HeldMessage[], outcomes: readonly Outcome[]): Promise<void> {
    const parked: { held: HeldMessage; reason: string }[] = []
    for (const [index, held] of batch.entries()) {
      const outcome = outcomes[index] ?? NO_OUTCOME
      if (outcome.kind === 'done') settler.remove(held, 'done')
      else if (outcome.kind === 'park') parked.push({ held, reason: outcome.reason })
      else retry(held, outcome.delaySeconds ?? delayOf(held), outcome.reason)
    }
    if (parked.length > 0) await park(parked)
  }

  async function park(parked: readonly { held: HeldMessage; reason: string }[]): Promise<void> {
    const batch = parked.map(({ held }) => held)
    const messages = parked.map(({ held, reason }) => ({ message: held.message, reason }))
    const end = await withinLimit(() => options.park(messages), timeLeft(batch), options.shutDown)
    if (end.kind === 'over_limit') letGo(batch)
    else if (end.kind === 'failed') retryAll(batch, end.error, 'park_failed')
    else {
      for (const { held, reason } of parked) settler.remove(held, 'park', reason)
      pauses.parked(parked.length)
    }
  }

  function retryAll(batch: readonly HeldMessage[], error: unknown, reason: string): void {
    const away = dependency.isAway(error)
    if (away) pauses.dependencyAway()
    for (const held of batch)
      retry(held, away ? options.pauseDelay() : delayOf(held), away ? 'dependency_away' : reason)
  }

  /** On a FIFO queue the later messages of the group follow with the same delay, so that none overtakes it. */
  function retry(held: HeldMessage, delay: number, reason: string): void {
    settler.retry(held, delay, reason)
    giveBackGroup(held, delay)
  }

  function giveBackGroup({ message }: HeldMessage, delay: number): void {
    if (options.ordered && message.groupId !== undefined)
      settler.giveBack(waitingRoom.removeGroup(message.groupId), delay)
  }

  function delayOf({ message }: HeldMessage): number {
    return backoffDelay(message.receiveCount, options.backoffSeconds, random)
  }

  return { run }
}
