import type { ConsumerObserver } from './consumer-observer.js'
import type { ConsumingClient } from './create-signed-sqs-client.js'
import type { Outcome } from './outcome.js'
import type { ReceivedMessage } from './received-message.js'

/**
 * Handles a batch and answers one outcome per message, in the same order. A rejection counts as `retry` for all of
 * them. `signal` aborts when the handling limit is over; the messages are then left to redelivery.
 */
export type BatchHandler = (
  messages: readonly ReceivedMessage[],
  signal: AbortSignal,
) => Promise<readonly Outcome[]>

export interface ParkedMessage {
  readonly message: ReceivedMessage
  readonly reason: string
}

export interface QueueConsumerOptions {
  /** Names the consumer in logs and metrics, like `orders`. */
  readonly name: string
  readonly queueUrl: string
  /** For long polls only: a client shared with sends would let them wait for a socket. */
  readonly pollClient: ConsumingClient
  /** For deletes and visibility changes. */
  readonly workClient: ConsumingClient
  readonly handle: BatchHandler
  /** Stores messages that nobody can handle. They are deleted only after it resolves. */
  readonly park: (parked: readonly ParkedMessage[]) => Promise<void>
  /** Tells whether what handlers need is away, so that receiving pauses and good messages collect no receive counts. */
  readonly dependency: {
    /** True for an error of `handle` or `park` that means "away", not "this message". */
    readonly isAway: (error: unknown) => boolean
    /** Resolves true once it is back. Called with jittered backoff while paused. Never rejects. */
    readonly probe: () => Promise<boolean>
  }
  readonly observer: ConsumerObserver
  /** Largest batch that a handler gets. 1 to 100. */
  readonly batchSize: number
  /** How many batches are handled at once: beside a running one, full ones, or any that has waited half a second. */
  readonly concurrency: number
  /** Most messages received and not settled. Receiving waits while there is no room for ten more. At least 10. */
  readonly maxInHand: number
  /** Receiving loops: one always, more while receives come back full. */
  readonly maxPollers: number
  /** Long-poll time, 1 to 20 s. A drain waits out the open polls, so keep it well below the drain time-out. */
  readonly waitTimeSeconds: number
  readonly visibilityTimeoutSeconds: number
  /** Interval of the heartbeat that extends the visibility of running messages; a third of the visibility fits, half is the most. */
  readonly heartbeatSeconds: number
  /**
   * No message is held longer than this after its receive, whatever its handler does. What has waited for half of it is
   * given back instead of started, so that a handler has at least the other half.
   */
  readonly maxHandlingSeconds: number
  /** First and largest backoff of a retry without its own delay; doubled by receive count, full jitter. */
  readonly backoffSeconds: { readonly first: number; readonly max: number }
  /** Parkings within the window that pause the consumer: a burst means our bug, not their messages. */
  readonly parkingBurst: { readonly count: number; readonly windowMs: number; readonly pauseMs: number }
}

export type ConsumerState = 'idle' | 'running' | 'paused' | 'draining' | 'stopped'

/** A consumer of one queue: sqs-consumer does the long polling, this layer what it lacks (DESIGN section 6). */
export interface QueueConsumer {
  start(): void
  readonly state: ConsumerState
  /** Received and not settled. */
  readonly inHand: number
  /**
   * Stops receiving, finishes what runs, gives back what has not started, flushes deletes. Resolves when all of that
   * is over or `timeoutMs` is, whichever comes first; says which. Safe to call twice.
   */
  drain(timeoutMs: number): Promise<'drained' | 'timed_out'>
}
