import type { ReceivedMessage } from './received-message.js'

/** What the consuming layer tells about itself. Services turn it into metrics and log lines. All calls are cheap and never throw. */
export interface ConsumerObserver {
  received(messages: readonly ReceivedMessage[]): void
  /** A batch came back from its handler after `durationMs`. */
  handled(count: number, durationMs: number): void
  settled(outcome: 'done' | 'retry' | 'park', messageId: string, receiveCount: number, reason?: string): void
  paused(reason: 'dependency_away' | 'parking_burst'): void
  resumed(): void
  /** A queue call failed; what depends on it is retried or left to redelivery. */
  queueError(operation: 'receive' | 'delete' | 'extend' | 'give_back', error: unknown): void
  /** One call to the queue ended, `failed` where it was not answered. */
  queueCall(
    operation: 'receive' | 'delete' | 'extend' | 'give_back',
    durationMs: number,
    failed: boolean,
  ): void
}
