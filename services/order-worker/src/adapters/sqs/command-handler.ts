import { fault } from '@comanda/shared/fault'
import { COMMAND_SCHEMAS } from '@comanda/shared/messages'
import { DONE } from '@comanda/shared/sqs'
import type { BatchHandler, Outcome, ReceivedMessage } from '@comanda/shared/sqs'
import type { CommandResult } from '../../domain/decide-batch.js'
import type { Instruction } from '../../domain/instruction.js'
import { StoreError } from '../../domain/ports.js'
import type { EventRelay, OrderStore } from '../../domain/ports.js'
import { readCommand } from './read-command.js'
import type { CommandSchemas } from './read-command.js'

/** What the handler tells about itself. Calls are cheap and never throw. */
export interface CommandObserver {
  decided(instruction: Instruction, result: CommandResult): void
  /** A batch failed and was cut in two to find the message that it failed for. */
  split(size: number, error: StoreError): void
  /**
   * A command failed for a reason that someone has to repair. It stays in the queue. Told once, with the first of them, for a
   * batch that failed as a whole.
   */
  defect(messageId: string, error: StoreError): void
}

export interface CommandHandlerOptions {
  readonly store: OrderStore
  readonly relay: EventRelay
  readonly observer: CommandObserver
  /** The commands that this release knows. */
  readonly schemas?: CommandSchemas
}

interface Read {
  readonly message: ReceivedMessage
  readonly index: number
  readonly instruction: Instruction
}

/**
 * Handles a batch of messages as one unit of the store. A batch that fails for one of its messages is cut in halves
 * until that one is alone. Rejects when the store is away; then nothing is acknowledged, not even what may be durable.
 */
export function createCommandHandler(options: CommandHandlerOptions): BatchHandler {
  const { store, relay, observer, schemas = COMMAND_SCHEMAS } = options

  async function apply(reads: readonly Read[], outcomes: Outcome[], signal: AbortSignal): Promise<void> {
    if (reads.length === 0) return
    if (signal.aborted) {
      settle(reads, outcomes, { kind: 'retry', reason: 'out_of_time' })
      return
    }
    try {
      const { results, events } = await store.applyAll(reads.map(({ instruction }) => instruction))
      await fault('order-worker.after-commit')
      relay.publish(events)
      for (const [position, { index, instruction }] of reads.entries()) {
        const result = results[position]!
        outcomes[index] = result.kind === 'done' ? DONE : result
        observer.decided(instruction, result)
      }
    } catch (error) {
      if (!(error instanceof StoreError) || error.code === 'away') throw error
      const [first, ...more] = reads
      if (first !== undefined && more.length === 0 && error.code !== 'conflict') {
        outcomes[first.index] = outcomeAlone(first.message, error)
      } else if (isAboutAll(error)) {
        if (first !== undefined && error.code === 'defect') observer.defect(first.message.id, error)
        settle(reads, outcomes, { kind: 'retry', reason: reasonOf(error) })
      } else {
        observer.split(reads.length, error)
        const middle = Math.ceil(reads.length / 2)
        await apply(reads.slice(0, middle), outcomes, signal)
        await apply(reads.slice(middle), outcomes, signal)
      }
    }
  }

  function outcomeAlone(message: ReceivedMessage, error: StoreError): Outcome {
    const reason = reasonOf(error)
    if (error.code === 'value') return { kind: 'park', reason }
    observer.defect(message.id, error)
    return { kind: 'retry', reason }
  }

  return async (messages, signal) => {
    const outcomes: Outcome[] = []
    const reads: Read[] = []
    for (const [index, message] of messages.entries()) {
      const read = readCommand(schemas, message.body)
      switch (read.kind) {
        case 'message': {
          const { traceparent } = message.attributes
          const traced = traceparent === undefined ? {} : { traceParent: traceparent }
          const { firstReceivedAt } = message
          reads.push({ message, index, instruction: { command: read.message, firstReceivedAt, ...traced } })
          break
        }
        case 'unknown':
          outcomes[index] = { kind: 'retry', reason: `unknown type ${read.type}` }
          break
        case 'broken':
        case 'invalid':
          outcomes[index] = { kind: 'park', reason: read.reason }
      }
    }
    await apply(reads, outcomes, signal)
    return outcomes
  }
}

function settle(reads: readonly Read[], outcomes: Outcome[], outcome: Outcome): void {
  for (const { index } of reads) outcomes[index] = outcome
}

/**
 * Whether no message of the batch is to blame: others were in the way, or SQLSTATE class 42, which is about the statement
 * (no such table, no permission).
 */
function isAboutAll({ code, detail }: StoreError): boolean {
  return code === 'conflict' || (code === 'defect' && detail.startsWith('42'))
}

function reasonOf({ code, detail }: StoreError): string {
  return `${code} ${detail}`
}
