import type { HeldMessage } from './held-message.js'
import type { WaitingRoom } from './waiting-room.js'

/** Runs batches side by side. */
export interface Pool {
  /** Starts batches while there are messages to take and handlers free. */
  fill(): void
}

/** How long a small batch waits for the one that was started last: one that hangs must not hold up all others. */
const SMALL_BATCH_PATIENCE_MS = 500

/**
 * Creates a pool of `concurrency` handlers. A batch starts with whatever is in hand, up to `batchSize`, when none runs;
 * beside others it starts when it is full. So batches are small at low load without a wait, and grow before they run side
 * by side: two small ones would cost twice as much, and wait for each other's rows.
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
  let lastStartedAt = 0
  let patience: NodeJS.Timeout | undefined

  async function start(batch: readonly HeldMessage[]): Promise<void> {
    running += 1
    lastStartedAt = performance.now()
    for (const held of batch) held.state = 'running'
    await run(batch)
    running -= 1
    waitingRoom.free(batch)
    fill()
  }

  function fill(): void {
    clearTimeout(patience)
    while (running < concurrency && mayStart()) {
      if (running > 0 && waitingRoom.size < batchSize && !isPatienceOver()) return
      const batch = waitingRoom.take(batchSize)
      if (batch.length === 0) return
      void start(batch)
    }
  }

  /** Otherwise looks again when it is. */
  function isPatienceOver(): boolean {
    const leftMs = lastStartedAt + SMALL_BATCH_PATIENCE_MS - performance.now()
    if (leftMs <= 0) return true
    patience = setTimeout(fill, leftMs)
    patience.unref()
    return false
  }

  return { fill }
}
