import type { ApiClient } from './api-client.js'
import { eventually } from './eventually.js'
import { newKey, placedBy } from './shop.js'
import type { PlacedOrder } from './shop.js'

/** Orders that are placed together, as a client does that gives none of them up. */
export interface Burst {
  /** How many have their 202. */
  readonly answered: number
  /** Resolves once every order has its 202, in the order of `orders`. */
  readonly done: Promise<readonly PlacedOrder[]>
}

/** Starts to place the orders, `concurrency` at a time. A 503 or a broken connection is followed by another try under the same key; any other answer than 202 fails the burst. */
export function startBurst(client: ApiClient, orders: readonly unknown[], concurrency = 20): Burst {
  const placed: PlacedOrder[] = []
  let next = 0
  let answered = 0

  async function sendTheRest(): Promise<void> {
    for (let index = next++; index < orders.length; index = next++) {
      const key = newKey()
      placed[index] = await eventually('the answer to an order', async () => {
        const answer = await client
          .request('POST', '/v1/orders', { key, body: orders[index] })
          .catch(() => undefined) // no connection, or one that broke: the order may be in or not
        if (answer === undefined || answer.status === 503) return undefined
        return placedBy(answer)
      })
      answered += 1
    }
  }

  return {
    get answered() {
      return answered
    },
    done: Promise.all(Array.from({ length: concurrency }, sendTheRest)).then(() => placed),
  }
}
