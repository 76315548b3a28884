import type { Command } from '@comanda/shared/messages'
import type { UnreadableOrder } from './reject-unreadable.js'

/** A command as it came, with the trace that it belongs to. */
export interface Instruction {
  readonly command: Command | UnreadableOrder
  /** W3C traceparent of whoever gave it. */
  readonly traceParent?: string
  /** When its message was received for the first time; however long it had waited in the queue before. */
  readonly firstReceivedAt?: Date
}
