import type { HeldMessage } from './held-message.js'

/** Everything received and not settled. */
export interface Hand extends Iterable<HeldMessage> {
  readonly size: number
  /** Length of all bodies in hand; ours are ASCII, so that is bytes. */
  readonly bytes: number
  take(held: readonly HeldMessage[]): void
  /** Lets a message go. Safe to repeat. */
  release(held: HeldMessage): void
  has(held: HeldMessage): boolean
  /** Resolves once nothing is in hand. */
  empty(): Promise<void>
}

/** Creates an empty hand. `onRelease` is called after each message that goes. */
export function createHand(onRelease: () => void): Hand {
  const messages = new Set<HeldMessage>()
  let bytes = 0
  let emptied: PromiseWithResolvers<void> = Promise.withResolvers()

  return {
    get size() {
      return messages.size
    },
    get bytes() {
      return bytes
    },
    [Symbol.iterator]: () => messages.values(),
    take(held) {
      for (const one of held) {
        messages.add(one)
        bytes += one.message.body.length
      }
    },
    has: (held) => messages.has(held),
    release(held) {
      if (!messages.delete(held)) return
      bytes -= held.message.body.length
      if (messages.size === 0) {
        emptied.resolve()
        emptied = Promise.withResolvers()
      }
      onRelease()
    },
    empty: () => (messages.size === 0 ? Promise.resolve() : emptied.promise),
  }
}
