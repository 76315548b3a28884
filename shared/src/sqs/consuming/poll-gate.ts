/** A ReceiveMessage asks for ten, the most that SQS gives. */
export const RECEIVE_ENTRIES = 10

/** A receive that brings fewer than this shows a queue that fewer pollers can empty. */
const FEW = 4

/** Decides which poller may receive, and when. Poller 0 is the one that always polls. */
export interface PollGate {
  /** Resolves true when this poller may make one receive, which it ends with `leave`; false once the gate is closed. */
  enter(poller: number): Promise<boolean>
  /** Ends a receive that brought so many messages, or failed. */
  leave(received: number | 'failed'): void
  /** Looks again at who may enter; to be called when room, pauses or backoff have changed. */
  review(): void
  /** Lets nobody in any more. Resolves when the last open receive has ended. */
  close(): Promise<void>
}

/**
 * Creates a gate. Pollers follow the depth: one more after a receive that came back full, one fewer after one that
 * brought few or none; eager pollers at low load would cost more calls than messages.
 */
export function createPollGate(options: {
  readonly maxPollers: number
  /** How many more messages may be taken in hand. */
  readonly room: () => number
  /** False during a pause or a backoff. */
  readonly mayReceive: () => boolean
}): PollGate {
  const { maxPollers, room, mayReceive } = options
  const waiters = new Map<number, (enter: boolean) => void>()
  let wanted = 1
  let open = 0
  let closed: PromiseWithResolvers<void> | undefined

  function admits(poller: number): boolean {
    // Every open receive may still bring ten.
    return poller < wanted && mayReceive() && room() >= (open + 1) * RECEIVE_ENTRIES
  }

  function review(): void {
    for (let poller = 0; poller < wanted && waiters.size > 0; poller += 1) {
      const admit = waiters.get(poller)
      if (admit === undefined || !admits(poller)) continue
      waiters.delete(poller)
      open += 1
      admit(true)
    }
  }

  return {
    enter(poller) {
      if (closed !== undefined) return Promise.resolve(false)
      return new Promise((resolve) => {
        waiters.set(poller, resolve)
        review()
      })
    },
    leave(received) {
      open -= 1
      if (received === 'failed') wanted = 1
      else if (received >= RECEIVE_ENTRIES) wanted = Math.min(maxPollers, wanted + 1)
      else if (received < FEW) wanted = Math.max(1, wanted - 1)
      if (open === 0) closed?.resolve()
      review()
    },
    review,
    close() {
      if (closed === undefined) {
        closed = Promise.withResolvers()
        for (const admit of waiters.values()) admit(false)
        waiters.clear()
        if (open === 0) closed.resolve()
      }
      return closed.promise
    },
  }
}
