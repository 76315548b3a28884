/**
 * Longest call when a sender is given no limit of its own, in ms: above what the attempts of `createSqsClients().work`
 * take together.
 */
export const CALL_LIMIT_MS = 10_000

/**
 * The call's own outcome, or a rejection with a TimeoutError after `limitMs`. A client's time-outs bound the wait for a
 * connection and for the head of an answer, but not that for credentials, nor (in the SDK) for the rest of the answer:
 * whoever waits for such a call holds a lane for ever.
 */
export function withinCallLimit<Answer>(call: Promise<Answer>, limitMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(Object.assign(new Error('the call of the queue took too long'), { name: 'TimeoutError' }))
    }, limitMs)
    call.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
