import type { ConsumerObserver } from '../consumer-observer.js'
import type { Lanes } from '../lanes.js'
import { isGone } from './entry-lanes.js'
import type { VisibilityChange } from './entry-lanes.js'
import type { Hand } from './hand.js'
import type { HeldMessage } from './held-message.js'
import { legalDelay } from './retry-delay.js'

/** Tells the queue what became of messages, and lets them go. Nothing here rejects: what fails is left to redelivery. */
export interface Settler {
  /** Deletes a message that is `done` or `park`ed. A failed delete is tried once more. */
  remove(held: HeldMessage, outcome: 'done' | 'park', reason?: string): void
  /** Makes a message visible again after a delay, because it is to be retried. */
  retry(held: HeldMessage, delaySeconds: number, reason: string): void
  /** Makes messages visible again that nobody has handled. */
  giveBack(held: readonly HeldMessage[], delaySeconds: number): void
  /** Lets a message go without a word; it comes back when its visibility runs out. */
  letGo(held: HeldMessage, reason: string): void
}

export function createSettler(parts: {
  readonly hand: Hand
  readonly observer: ConsumerObserver
  readonly deletes: Lanes<string, void>
  readonly giveBacks: Lanes<VisibilityChange, void>
}): Settler {
  const { hand, observer, deletes, giveBacks } = parts

  async function remove(held: HeldMessage, outcome: 'done' | 'park', reason?: string): Promise<void> {
    held.state = 'settling'
    const { id, receiptHandle, receiveCount } = held.message
    try {
      await deletes.send(receiptHandle).catch(() => deletes.send(receiptHandle))
      observer.settled(outcome, id, receiveCount, reason)
    } catch (error) {
      observer.queueError('delete', error)
    } finally {
      hand.release(held)
    }
  }

  async function makeVisible(held: HeldMessage, delaySeconds: number): Promise<void> {
    held.state = 'settling'
    const seconds = legalDelay(delaySeconds, performance.now() - held.heldSince)
    try {
      await giveBacks.send({ receiptHandle: held.message.receiptHandle, seconds })
    } catch (error) {
      if (!isGone(error)) observer.queueError('give_back', error)
    } finally {
      hand.release(held)
    }
  }

  return {
    remove: (held, outcome, reason) => void remove(held, outcome, reason),
    retry(held, delaySeconds, reason) {
      observer.settled('retry', held.message.id, held.message.receiveCount, reason)
      void makeVisible(held, delaySeconds)
    },
    giveBack(held, delaySeconds) {
      for (const message of held) void makeVisible(message, delaySeconds)
    },
    letGo(held, reason) {
      observer.settled('retry', held.message.id, held.message.receiveCount, reason)
      hand.release(held)
    },
  }
}
