import type { HeldMessage } from './held-message.js'
import type { WaitingRoom } from './waiting-room.js'

/** Runs batches side by side. */
export interface Pool {
  /** Starts batches while there are messages to take and handlers free. */
  fill(): void
}

/**
 * Creates a pool of `concurrency` handlers. Each takes what is in hand, up to `batchSize`, the moment it is free: small
 * batches at low load without a wait, large ones under load.
 */
export function createPool(parts: {
  readonly waitingRoom: WaitingRoom
  readonly batchSize: number
  readonly concurrency: number
  /** False while nothing new is to be started. */
  readonly mayStart: () => boolean
  /** Takes a batch to its end, all messages settled or on their way. Never rejects. */
  readonly run: (batch: readonly HeldMessage[]) => Promise<void>
}): Pool {
  const { waitingRoom, batchSize, concurrency, mayStart, run } = parts
  let running = 0

  async function start(batch: readonly HeldMessage[]): Promise<void> {
    running += 1
    for (const held of batch) held.state = 'running'
    await run(batch)
    running -= 1
    waitingRoom.free(batch)
    fill()
  }

  function fill(): void {
    while (running < concurrency && mayStart()) {
      const batch = waitingRoom.take(batchSize)
      if (batch.length === 0) return
      void start(batch)
    }
  }

  return { fill }
}
