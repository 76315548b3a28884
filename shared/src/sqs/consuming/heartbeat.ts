import type { ConsumerObserver } from '../consumer-observer.js'
import type { Lanes } from '../lanes.js'
import { isGone } from './entry-lanes.js'
import type { VisibilityChange } from './entry-lanes.js'
import { hasWaitedTooLong } from './held-message.js'
import type { HeldMessage } from './held-message.js'

export interface HeartbeatOptions {
  /** What is in hand now. */
  readonly hand: Iterable<HeldMessage>
  readonly extensions: Lanes<VisibilityChange, void>
  readonly observer: ConsumerObserver
  readonly heartbeatSeconds: number
  readonly visibilityTimeoutSeconds: number
  readonly maxHandlingSeconds: number
  /** Waiting messages that have waited for too long. */
  readonly onOverdue: (waiting: readonly HeldMessage[]) => void
}

/**
 * Extends the visibility of all messages in hand that wait or run: one schedule for all, in batches. A message that is
 * settled, or in hand for longer than the limit, gets no more: a handler that hangs must not hold it for ever.
 * Returns the function that stops it.
 */
export function startHeartbeat(options: HeartbeatOptions): () => void {
  const { hand, extensions, observer, visibilityTimeoutSeconds, maxHandlingSeconds } = options
  const limitMs = maxHandlingSeconds * 1_000
  const beatMs = options.heartbeatSeconds * 1_000

  async function extend(held: HeldMessage, now: number): Promise<void> {
    try {
      await extensions.send({
        receiptHandle: held.message.receiptHandle,
        seconds: visibilityTimeoutSeconds,
      })
      held.extendedAt = now
    } catch (error) {
      if (!isGone(error)) observer.queueError('extend', error)
    }
  }

  function beat(): void {
    const now = performance.now()
    const overdue: HeldMessage[] = []
    for (const held of hand) {
      if (held.state === 'settling') continue
      if (held.state === 'waiting' && hasWaitedTooLong(held, now, maxHandlingSeconds)) overdue.push(held)
      // What was received or extended just now can wait for the next beat.
      else if (now - held.heldSince < limitMs && now - held.extendedAt >= beatMs / 2) void extend(held, now)
    }
    if (overdue.length > 0) options.onOverdue(overdue)
  }

  const timer = setInterval(beat, beatMs).unref()
  return () => clearInterval(timer)
}
