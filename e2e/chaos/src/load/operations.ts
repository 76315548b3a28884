import { setTimeout as delay } from 'node:timers/promises'
import { gotId, headerOf, idOf, shown } from './answers.js'
import { placeAsked } from './asked.js'
import type { BookedOrder, Book } from './book.js'
import { insist } from './insist.js'
import { keyOf } from './keys.js'
import type { LoadCaller, LoadSettings, OperationName } from './load-settings.js'
import { adjustStock, move } from './moves.js'
import { makeOrder } from './orders.js'
import type { OrderToSend } from './orders.js'
import type { Poisoner } from './poison.js'
import type { Random } from './random.js'
import type { Shopfront } from './shopfront.js'

export interface OperationParts {
  readonly settings: LoadSettings
  readonly shopfront: Shopfront
  readonly book: Book
  readonly poisoner: Poisoner
}

/** One operation of the load: the `number` makes it unique, the random numbers decide everything else. */
export type Operate = (number: number, random: Random) => Promise<unknown>

/** The pause between two looks grows up to this. */
const WATCH_MOST_MS = 4_000

/** What the load can do, by name. Where an operation needs an order and there is none yet, it places one. */
export function createOperations(parts: OperationParts): Readonly<Record<OperationName, Operate>> {
  const { settings, shopfront, book, poisoner } = parts
  const { callers, catalog, seed } = settings

  async function place(caller: LoadCaller, key: string, order: OrderToSend): Promise<boolean> {
    const answer = await shopfront.ask(
      caller,
      placeAsked(caller, key, order),
      { method: 'POST', path: '/v1/orders', key, body: order },
      gotId,
    )
    const location = headerOf(answer, 'location')
    if (answer?.status !== 202 || location === undefined) return answer !== undefined
    book.add({ id: idOf(answer), caller, key, order, location, seen: 0, status: 'accepted' })
    return true
  }

  const create: Operate = (number, random) => {
    const caller = random.pick(callers)
    return place(caller, keyOf(seed, number), makeOrder(random, caller, settings, number))
  }

  /** Does something with an order of the book, or places one. */
  const with_ =
    (
      what: (order: BookedOrder, number: number, random: Random) => Promise<unknown>,
      status?: string,
    ): Operate =>
    (number, random) => {
      const order = status === undefined ? book.any(random) : book.inState(random, status)
      return order === undefined ? create(number, random) : what(order, number, random)
    }

  async function read(order: BookedOrder, watched = false): Promise<void> {
    const answer = await shopfront.ask(
      order.caller,
      { f: 'get', id: order.id, proven: true, ...(watched ? { watched } : {}) },
      { method: 'GET', path: order.location },
      shown,
    )
    if (answer?.status !== 200) return
    const { version, state } = shown(answer)
    if ((version ?? 0) < order.seen) return
    order.seen = version ?? 0
    order.status = state ?? order.status
  }

  const storeOf = (account: string) => callers.find((one) => one.account === account && one.role === 'store')!
  /** Somebody who must not find the order: of another account, or a shopper of the same who did not place it. */
  const strangerTo = ({ caller }: BookedOrder, random: Random) =>
    random.pick(
      callers.filter(
        (one) => one.account !== caller.account || (one.role === 'shopper' && one.actor !== caller.actor),
      ),
    )

  return {
    create,
    async watch(number, random) {
      const caller = random.pick(callers)
      const key = keyOf(seed, number)
      await place(caller, key, makeOrder(random, caller, settings, number))
      const order = book.newestOf(key)
      if (order === undefined) return
      for (let waitMs = 10; waitMs < WATCH_MOST_MS && order.seen === 0; waitMs *= 1.3) {
        await delay(waitMs)
        await read(order, true)
      }
    },
    async insist(number, random) {
      const caller = random.pick(callers)
      const order = makeOrder(random, caller, settings, number)
      await insist(random, () => place(caller, keyOf(seed, number), order))
    },
    retry: with_(({ caller, key, order }) => place(caller, key, order)),
    otherBody: with_(({ caller, key, order }, number) =>
      place(caller, key, { ...order, reference: `${order.reference}-other-${number}` }),
    ),
    async burst(number, random) {
      const caller = random.pick(callers)
      const order = makeOrder(random, caller, settings, number)
      const bodies = random.chance(0.5)
        ? [order]
        : [order, { ...order, reference: `${order.reference}-burst` }]
      await Promise.all(
        Array.from({ length: 5 }, (_, index) =>
          place(caller, keyOf(seed, number), bodies[index % bodies.length]!),
        ),
      )
    },
    async cancelAtOnce(number, random) {
      const caller = random.pick(callers)
      const key = keyOf(seed, number)
      await place(caller, key, makeOrder(random, caller, settings, number))
      const order = book.newestOf(key)
      if (order !== undefined) await move(shopfront, order, caller, 'cancel')
    },
    cancelLater: with_((order) => move(shopfront, order, order.caller, 'cancel'), 'confirmed'),
    ship: with_((order) => move(shopfront, order, storeOf(order.caller.account), 'ship'), 'confirmed'),
    deliver: with_((order) => move(shopfront, order, storeOf(order.caller.account), 'deliver'), 'shipped'),
    read: with_((order) => read(order)),
    foreignRead: with_((order, _number, random) =>
      shopfront.ask(
        strangerTo(order, random),
        { f: 'get', id: order.id, foreign: true },
        { method: 'GET', path: order.location },
      ),
    ),
    foreignCancel: with_((order, _number, random) =>
      move(shopfront, order, strangerTo(order, random), 'cancel', { foreign: true }),
    ),
    async adjust(number, random) {
      const { sku, stock } = random.pick(catalog)
      const caller = storeOf(random.pick(callers).account)
      const delta = random.chance(0.3) ? -1 - random.below(5) : 1 + random.below(stock > 1_000 ? 100 : 5)
      await adjustStock(shopfront, caller, sku, delta, keyOf(seed, number))
    },
    poison: (number, random) => poisoner.send(number, random),
  }
}
