import type { OrderReader, OrderRef, OrderWatch } from '../../domain/ports.js'

export interface OrderWatchOptions {
  readonly orders: Pick<OrderReader, 'versions'>
  readonly intervalMs: number
  /** Requests that may wait at once; one more is answered at once, as if nothing had changed. */
  readonly maxWaiters: number
}

/** A watch that can be ended: everyone who waits is answered, and nobody waits any more. */
export interface PollingOrderWatch extends OrderWatch {
  readonly waiters: number
  stop(): void
}

interface Waiter {
  readonly order: OrderRef
  readonly version: number
  readonly endsAt: number
  readonly resolve: (changed: boolean) => void
}

/** One query a round for everyone who waits, whatever their number; rounds happen only while someone does. */
export function createPollingOrderWatch(options: OrderWatchOptions): PollingOrderWatch {
  const { orders, intervalMs, maxWaiters } = options
  const waiters = new Set<Waiter>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function answer(waiter: Waiter, changed: boolean): void {
    waiters.delete(waiter)
    waiter.resolve(changed)
  }

  function scheduleRound(): void {
    if (timer === undefined && waiters.size > 0)
      timer = setTimeout(() => void round().finally(scheduleNext), intervalMs)
  }

  function scheduleNext(): void {
    timer = undefined
    scheduleRound()
  }

  async function round(): Promise<void> {
    const asked = [...waiters]
    const versions = await orders.versions(distinct(asked)).catch(() => undefined)
    const now = performance.now()
    for (const waiter of asked) {
      // While the versions cannot be read nobody is told of a change; whoever's time is over asks again and hears why.
      if (versions !== undefined && (versions.get(waiter.order.id) ?? 0) !== waiter.version)
        answer(waiter, true)
      else if (waiter.endsAt <= now) answer(waiter, false)
    }
  }

  return {
    changed(order, version, waitMs) {
      if (stopped || waiters.size >= maxWaiters) return Promise.resolve(false)
      return new Promise((resolve) => {
        waiters.add({ order, version, endsAt: performance.now() + waitMs, resolve })
        scheduleRound()
      })
    },
    get waiters() {
      return waiters.size
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      for (const waiter of waiters) answer(waiter, false)
    },
  }
}

function distinct(waiters: readonly Waiter[]): OrderRef[] {
  return [...new Map(waiters.map(({ order }) => [`${order.id} ${order.account}`, order])).values()]
}
