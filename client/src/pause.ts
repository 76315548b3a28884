import type { Retries } from './options.js'

/** The pause before attempt number `attempt + 1`, in ms: full jitter, so that clients which failed together part. */
export function pauseMsAfter(attempt: number, { firstPauseMs, longestPauseMs }: Retries): number {
  return Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1))
}

/** Resolves after `ms`. Rejects with the signal's reason once it aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal!.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
