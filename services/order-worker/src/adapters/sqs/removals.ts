import type { Outbox } from '../../domain/ports.js'

export interface RemovalsOptions {
  readonly outbox: Outbox
  readonly removed: (eventIds: readonly string[]) => void
  readonly failed: (error: unknown) => void
}

/** Forgets sent events a while later and many at once: a commit of its own for each batch would double the commits. */
export interface Removals {
  add(eventId: string): void
  /** Tries once more to forget what is left. */
  drain(): Promise<void>
}

const GATHER_MS = 100
const AGAIN_MS = 1_000
const GATHER_MAX = 1_000

export function createRemovals({ outbox, removed, failed }: RemovalsOptions): Removals {
  let waiting: string[] = []
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  function flushIn(delayMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined
      running = flush()
    }, delayMs)
  }

  async function flush(): Promise<void> {
    const ids = waiting.slice(0, GATHER_MAX)
    waiting = waiting.slice(GATHER_MAX)
    try {
      await outbox.remove(ids)
      removed(ids)
      if (waiting.length > 0) flushIn(0)
    } catch (error) {
      // Sent and still there: they would be sent again by a sweep, so keep trying.
      waiting.push(...ids)
      failed(error)
      flushIn(AGAIN_MS)
    }
  }

  return {
    add(eventId) {
      waiting.push(eventId)
      flushIn(GATHER_MS)
    },
    async drain() {
      clearTimeout(timer)
      // No timer is set any more: what fails now is left to the sweep of another process.
      timer = setTimeout(() => undefined, 0)
      await running
      while (waiting.length > 0) {
        const before = waiting.length
        await flush()
        if (waiting.length >= before) return
      }
    },
  }
}
