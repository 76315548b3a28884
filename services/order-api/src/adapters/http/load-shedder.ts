import type { RequestKind } from './account-limits.js'

/**
 * Decides whether there is time for a request, and counts those that are being worked on: reads and writes apart, so that
 * reads that hang on Postgres take no place of an order, which needs none.
 */
export interface LoadShedder {
  /** False: answer 503 at once. Costs a reading of the clock. */
  admits(kind: RequestKind): boolean
  /** A request is worked on from here; called once it is complete, so that slow senders take nobody's place. */
  enter(kind: RequestKind): void
  /** The work on it has ended, also where its caller has gone meanwhile. */
  leave(kind: RequestKind): void
}

/** What is looked at of the event loop. */
export interface EventLoop {
  now(): number
  /** Time that the loop has spent with nothing to do, in ms. */
  idleMs(): number
}

export interface LoadShedderOptions {
  /** So many requests of each kind are worked on at once while the loop has no time to spare; what is more gets a 503. */
  readonly maxUnderWay: number
  /** The loop is judged by how much of this time it had nothing to do, and is busy from the second such verdict in a row: one pause may fill one. */
  readonly patienceMs: number
  /** Requests that are entered and only wait, for a change or for the answer of the queue: they cost nothing meanwhile. */
  readonly waiting: Readonly<Record<RequestKind, () => number>>
  readonly loop?: EventLoop
}

/**
 * A loop that has nothing to do for a smaller share of the time is busy, and stays so until it has nothing to do for the larger
 * one: every flood has pauses, and one moment in which all of it is admitted is paid for by hundreds that wait.
 */
const BUSY_BELOW_IDLE_SHARE = 0.05
const FREE_ABOVE_IDLE_SHARE = 0.2

const thisLoop: EventLoop = {
  now: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
}

/**
 * Sheds while two things hold: the loop hardly gets to wait for anything, and there are as many requests under way as keep it
 * busy. The first alone would refuse what a busy loop can carry. The second alone would shed while the queue is slow, which
 * costs this process nothing: then the loop waits. Neither the cost of a request nor the round trip of the queue needs to
 * be known; those that were admitted fill whatever time the refusals leave, and answers wait for few others.
 */
export function createLoadShedder(options: LoadShedderOptions): LoadShedder {
  const { maxUnderWay, patienceMs, waiting, loop = thisLoop } = options
  const entered: Record<RequestKind, number> = { reads: 0, writes: 0 }
  let judgedAt = loop.now()
  let idleMs = loop.idleMs()
  let hadNoTime = false
  let isBusy = false

  function judge(now: number): void {
    const idle = loop.idleMs()
    const hasNoTime =
      (idle - idleMs) / (now - judgedAt) < (isBusy ? FREE_ABOVE_IDLE_SHARE : BUSY_BELOW_IDLE_SHARE)
    isBusy = hasNoTime && hadNoTime
    hadNoTime = hasNoTime
    judgedAt = now
    idleMs = idle
  }

  return {
    admits(kind) {
      const now = loop.now()
      if (now - judgedAt >= patienceMs) judge(now)
      return !isBusy || entered[kind] - waiting[kind]() < maxUnderWay
    },
    enter: (kind) => void (entered[kind] += 1),
    leave: (kind) => void (entered[kind] -= 1),
  }
}
