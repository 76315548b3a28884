import type { BatchDecision, CommandResult } from './decide-batch.js'
import type { Instruction } from './instruction.js'
import type { UnreadableOrder } from './reject-unreadable.js'
import type { World } from './world.js'

/**
 * Why a store did not do what it was asked; nothing of it is known to have happened.
 *
 * - `conflict`: others were in the way, also after some tries; the same may succeed at once.
 * - `away`: the store cannot be used now. After a lost commit it may have happened: give the same again.
 * - `value`: the store can never take one of the values. Final for a command alone.
 * - `defect`: a bug, a missing migration, no permission. Never ends an order.
 */
export type StoreErrorCode = 'conflict' | 'away' | 'value' | 'defect'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  /** The store's own code, like an SQLSTATE. */
  readonly detail: string

  constructor(code: StoreErrorCode, detail: string, options?: ErrorOptions) {
    super(`the order store failed: ${code} (${detail})`, options)
    this.code = code
    this.detail = detail
  }
}

/** An event that is committed and not sent yet. */
export interface OutboxEvent {
  readonly id: string
  readonly orderId: string
  /** Fairness group of its messages. */
  readonly group: string
  readonly traceParent?: string
  /** The message as it travels. */
  readonly body: string
}

/** What a batch came to. */
export interface Applied {
  /** One result per instruction, in the same order. */
  readonly results: readonly CommandResult[]
  /** The events that it left in the outbox. */
  readonly events: readonly OutboxEvent[]
}

/** A message that nobody can ever handle, and the order that it would have placed where its envelope tells. */
export interface ParkedCommand {
  readonly messageId: string
  readonly queue: string
  readonly reason: string
  readonly body: string
  readonly receiveCount: number
  readonly sentAt: Date
  readonly order?: UnreadableOrder
  readonly traceParent?: string
}

/** Decides a batch in the world that the store has loaded for it. Pure; a store may call it again after a conflict. */
export type Decider = (batch: readonly Instruction[], world: World, at: Date) => BatchDecision

/** Orders, catalog and outbox, changed by whole batches only. */
export interface OrderStore {
  /**
   * Applies every command of the batch once, with its effects and events, or none of the batch. A command whose outcome
   * stands already changes nothing. Resolves only when all of it is durable. Throws `StoreError`.
   */
  applyAll(batch: readonly Instruction[]): Promise<Applied>
  /**
   * Keeps messages that nobody can handle, and makes the orders that they name visible as `rejected: unprocessable`,
   * unless they are decided already. All of it or nothing; once per message. Throws `StoreError`.
   */
  parkAll(parked: readonly ParkedCommand[]): Promise<Applied>
  /** Whether the store can be used now. Never rejects. */
  isReachable(): Promise<boolean>
}

/** Events that are committed and not sent yet. */
export interface Outbox {
  /** Forgets events that the queue has. Unknown ids are left alone. Throws `StoreError`. */
  remove(eventIds: readonly string[]): Promise<void>
  /**
   * Claims up to `limit` events older than `olderThanMs` that nobody else has claimed, oldest first, leaving out those
   * of `except`; lets `send` send them and forgets those whose ids it resolves with. A claim ends with this call or
   * this process. Resolves with how many were claimed. Throws `StoreError`, or what `send` threw.
   */
  sweep(options: {
    readonly olderThanMs: number
    readonly limit: number
    readonly except: readonly string[]
    readonly send: (events: readonly OutboxEvent[]) => Promise<readonly string[]>
  }): Promise<number>
  /** How many events wait, and for how long the oldest has, in ms (0 when none waits). */
  measure(): Promise<{ readonly unsent: number; readonly oldestMs: number }>
}

/** Tells the world of events. */
export interface EventRelay {
  /** Sends committed events soon, and returns at once. What cannot be sent is left to the sweep. */
  publish(events: readonly OutboxEvent[]): void
}
