import type { LoadCaller } from './load-settings.js'
import type { OrderToSend } from './orders.js'
import type { Random } from './random.js'

/** An order that was answered 202, as its client remembers it. */
export interface BookedOrder {
  readonly id: string
  readonly caller: LoadCaller
  readonly key: string
  readonly order: OrderToSend
  /** Path with the receipt. */
  readonly location: string
  /** The newest version that a GET has shown. */
  seen: number
  status: string
}

/** The orders that come up again: the last so many. */
export interface Book {
  add(order: BookedOrder): void
  any(random: Random): BookedOrder | undefined
  /** One that was last seen in this state. */
  inState(random: Random, status: string): BookedOrder | undefined
  /** The order under this key, if it was added among the last few. */
  newestOf(key: string): BookedOrder | undefined
}

const KEPT = 3_000
const TRIES = 20

export function createBook(): Book {
  const orders: BookedOrder[] = []
  let next = 0
  const any = (random: Random) => (orders.length === 0 ? undefined : random.pick(orders))
  return {
    add(order) {
      orders[next % KEPT] = order
      next += 1
    },
    any,
    newestOf(key) {
      for (let back = 1; back <= Math.min(orders.length, TRIES * 10); back += 1) {
        const order = orders[(next - back) % KEPT]
        if (order?.key === key) return order
      }
      return undefined
    },
    inState(random, status) {
      for (let tried = 0; tried < TRIES; tried += 1) {
        const found = any(random)
        if (found?.status === status) return found
      }
      return undefined
    },
  }
}
