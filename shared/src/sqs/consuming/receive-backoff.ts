/** First and longest pause after a failed receive. */
const FIRST_MS = 500
const LONGEST_MS = 30_000

/** Keeps pollers from hammering a queue that refuses: without it, a refused connection made hundreds of errors a second. */
export interface ReceiveBackoff {
  readonly over: boolean
  failed(): void
  succeeded(): void
  close(): void
}

/** Doubles the pause with every failure in a row, jittered over its upper half. `onOver` is called when a pause ends. */
export function createReceiveBackoff(onOver: () => void, random = Math.random): ReceiveBackoff {
  let failures = 0
  let timer: NodeJS.Timeout | undefined

  return {
    get over() {
      return timer === undefined
    },
    failed() {
      // Polls that were open together fail together: that is one failure.
      if (timer !== undefined) return
      const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures)
      failures += 1
      timer = setTimeout(
        () => {
          timer = undefined
          onOver()
        },
        (0.5 + random() / 2) * longest,
      ).unref()
    },
    succeeded() {
      failures = 0
    },
    close() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
