import type { RequestListener } from 'node:http'

/** Counts the requests that a listener has under way: taken, and neither answered nor left by their caller. */
export interface InFlight {
  readonly count: number
  readonly listener: RequestListener
}

/** Puts a counter before a listener. */
export function countInFlight(listener: RequestListener): InFlight {
  let count = 0
  const leave = () => void (count -= 1)
  return {
    get count() {
      return count
    },
    listener(request, response) {
      count += 1
      response.once('close', leave)
      listener(request, response)
    },
  }
}
