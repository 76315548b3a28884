import { setTimeout as delay } from 'node:timers/promises'
import { expectedCommandId } from '../checker/identity.js'
import { adjustAsked, placeAsked } from './asked.js'
import type { BookedOrder, Book } from './book.js'
import type { HttpAnswer } from './http.js'
import { CANARY } from './load-settings.js'
import type { LoadCaller, LoadSettings, OperationName } from './load-settings.js'
import { makeOrder } from './orders.js'
import type { OrderToSend } from './orders.js'
import type { Poisoner } from './poison.js'
import type { Random } from './random.js'
import type { Asked, Shopfront, Told } from './shopfront.js'

export interface OperationParts {
  readonly settings: LoadSettings
  readonly shopfront: Shopfront
  readonly book: Book
  readonly poisoner: Poisoner
}

/** One operation of the load: the `number` makes it unique, the random numbers decide everything else. */
export type Operate = (number: number, random: Random) => Promise<unknown>

const INSIST_TRIES = 100
const INSIST_PAUSE_MS = 200
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

  const move = (
    order: BookedOrder,
    caller: LoadCaller,
    name: 'cancel' | 'ship' | 'deliver',
    more: Partial<Asked>,
  ) => {
    const { path, body } = MOVES[name](order)
    return shopfront.ask(
      caller,
      {
        f: name,
        id: order.id,
        cmd: expectedCommandId(`comanda.order.${name}.v1`, caller, order.id, null),
        ...more,
      },
      { method: 'POST', path, ...(body === undefined ? {} : { body }) },
      gotCommand,
    )
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
      for (let tries = 0; tries < INSIST_TRIES; tries += 1) {
        if (await place(caller, keyOf(seed, number), order)) return
        await delay(INSIST_PAUSE_MS * (0.5 + random.next()))
      }
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
      if (order !== undefined) await move(order, caller, 'cancel', {})
    },
    cancelLater: with_((order) => move(order, order.caller, 'cancel', {}), 'confirmed'),
    ship: with_((order) => move(order, storeOf(order.caller.account), 'ship', {}), 'confirmed'),
    deliver: with_((order) => move(order, storeOf(order.caller.account), 'deliver', {}), 'shipped'),
    read: with_((order) => read(order)),
    foreignRead: with_((order, _number, random) =>
      shopfront.ask(
        strangerTo(order, random),
        { f: 'get', id: order.id, foreign: true },
        { method: 'GET', path: order.location },
      ),
    ),
    foreignCancel: with_((order, _number, random) =>
      move(order, strangerTo(order, random), 'cancel', { foreign: true }),
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

/** Changes the stock of a product by a delta, under a key. */
export function adjustStock(
  shopfront: Shopfront,
  caller: LoadCaller,
  sku: string,
  delta: number,
  key: string,
) {
  return shopfront.ask(
    caller,
    adjustAsked(caller, sku, delta, key),
    { method: 'POST', path: `/v1/products/${sku}/stock`, key, body: { delta, reason: 'counted' } },
    gotCommand,
  )
}

export function keyOf(seed: string, number: number | string): string {
  return `${CANARY}-key-${seed}-${number}`
}

const MOVES = {
  cancel: ({ location }: BookedOrder) => ({ path: location.replace('?', '/cancel?'), body: undefined }),
  ship: ({ id }: BookedOrder) => ({
    path: `/v1/orders/${id}/ship`,
    body: { carrier: 'DHL', trackingNumber: `${CANARY}-${id.slice(0, 8)}` },
  }),
  deliver: ({ id }: BookedOrder) => ({ path: `/v1/orders/${id}/deliver`, body: undefined }),
} as const

function gotId(answer: HttpAnswer): Told {
  return { gotId: idOf(answer) }
}

function gotCommand({ text }: HttpAnswer): Told {
  return { gotId: (JSON.parse(text) as { commandId: string }).commandId }
}

export function shown({ status, text }: HttpAnswer): { version?: number; state?: string } {
  if (status !== 200) return {}
  const { version, status: state } = JSON.parse(text) as { version: number; status: string }
  return { version, state }
}

function idOf({ text }: HttpAnswer): string {
  return (JSON.parse(text) as { id: string }).id
}

function headerOf(answer: HttpAnswer | undefined, name: string): string | undefined {
  const value = answer?.headers[name]
  return typeof value === 'string' ? value : undefined
}
