/** How a piece of work ended: with a value, with an error, or not inside its limit. */
export type LimitedEnd<Value> =
  | { readonly kind: 'ended'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'over_limit' }

/**
 * Runs work for at most `limitMs`, then aborts its signal and no longer waits for it. What it answers later is ignored,
 * since the messages may be in other hands by then. `shutDown` ends it in the same way. Never rejects.
 */
export async function withinLimit<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  limitMs: number,
  shutDown: AbortSignal,
): Promise<LimitedEnd<Value>> {
  const over = Promise.withResolvers<LimitedEnd<Value>>()
  const controller = new AbortController()
  const stop = (): void => {
    over.resolve({ kind: 'over_limit' })
    controller.abort(new Error('the handling limit is over'))
  }
  if (limitMs <= 0 || shutDown.aborted) return { kind: 'over_limit' }
  const timer = setTimeout(stop, limitMs)
  shutDown.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([endOf(work, controller.signal), over.promise])
  } finally {
    clearTimeout(timer)
    shutDown.removeEventListener('abort', stop)
  }
}

async function endOf<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  signal: AbortSignal,
): Promise<LimitedEnd<Value>> {
  try {
    return { kind: 'ended', value: await work(signal) }
  } catch (error) {
    return { kind: 'failed', error }
  }
}
