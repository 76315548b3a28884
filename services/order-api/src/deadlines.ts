/** Answers in place of promises that take too long, all after the same time. */
export interface Deadlines {
  /** The promise's own outcome, or a rejection with `late()` once the time is over. */
  within<T>(promise: Promise<T>, late: () => Error): Promise<T>
}

/** How late a deadline may be noticed. */
const TICK_MS = 25

/**
 * Deadlines of one length share one coarse timer, which runs only while there are some: a timer per request costs more
 * than the request's own bookkeeping. They end in the order in which they began, so a tick looks at the oldest only.
 */
export function createDeadlines(limitMs: number): Deadlines {
  const running = new Set<{ readonly endsAt: number; readonly expire: () => void }>()
  let timer: NodeJS.Timeout | undefined

  function tick(): void {
    const now = performance.now()
    for (const deadline of running) {
      if (deadline.endsAt > now) break
      running.delete(deadline)
      deadline.expire()
    }
    if (running.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  return {
    within(promise, late) {
      return new Promise((resolve, reject) => {
        const deadline = { endsAt: performance.now() + limitMs, expire: () => reject(late()) }
        running.add(deadline)
        timer ??= setInterval(tick, TICK_MS)
        promise.then(
          (value) => {
            running.delete(deadline)
            resolve(value)
          },
          (error: unknown) => {
            running.delete(deadline)
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the promise's own outcome, whatever it is
            reject(error)
          },
        )
      })
    },
  }
}
