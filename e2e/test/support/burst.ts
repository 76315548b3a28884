import type { ApiClient } from './api-client.js'
import { place } from './shop.js'
import type { PlacedOrder } from './shop.js'

/** Orders that are placed together, as a client does that gives none of them up. */
export interface Burst {
  /** How many have their 202. */
  readonly answered: number
  /** Resolves once every order has its 202, in the order of `orders`. */
  readonly done: Promise<readonly PlacedOrder[]>
}

/** Starts to place the orders, `concurrency` at a time. A refusal fails the burst. */
export function startBurst(client: ApiClient, orders: readonly unknown[], concurrency = 20): Burst {
  const placed: PlacedOrder[] = []
  let next = 0
  let answered = 0

  async function sendTheRest(): Promise<void> {
    for (let index = next++; index < orders.length; index = next++) {
      placed[index] = await place(client, orders[index])
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
