import type { ConsumerObserver } from '../consumer-observer.js'
import type { Lanes } from '../lanes.js'
import { isGone } from './entry-lanes.js'
import type { VisibilityChange } from './entry-lanes.js'
import type { HeldMessage } from './held-message.js'

export interface HeartbeatOptions {
  /** What is in hand now. */
  readonly hand: Iterable<HeldMessage>
  readonly extensions: Lanes<VisibilityChange, void>
  readonly observer: ConsumerObserver
  readonly heartbeatSeconds: number
  readonly visibilityTimeoutSeconds: number
  readonly maxHandlingSeconds: number
  /** Waiting messages that have been in hand for longer than the handling limit. */
  readonly onOverdue: (waiting: readonly HeldMessage[]) => void
}

/**
 * Extends the visibility of all messages in hand that wait or run: one schedule for all, in batches. A message that is
 * settled, or in hand for longer than the limit, gets no more: a handler that hangs must not hold it for ever.
 * Returns the function that stops it.
 */
export function startHeartbeat(options: HeartbeatOptions): () => void {
  const { hand, extensions, observer, heartbeatSeconds, visibilityTimeoutSeconds } = options
  const limitMs = options.maxHandlingSeconds * 1_000

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
      if (now - held.heldSince >= limitMs) {
        if (held.state === 'waiting') overdue.push(held)
        // Received or extended just now: the next beat is early enough.
      } else if (now - held.extendedAt >= (heartbeatSeconds * 1_000) / 2) void extend(held, now)
    }
    if (overdue.length > 0) options.onOverdue(overdue)
  }

  const timer = setInterval(beat, heartbeatSeconds * 1_000).unref()
  return () => clearInterval(timer)
}
