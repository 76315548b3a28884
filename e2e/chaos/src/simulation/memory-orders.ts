import { decideBatch } from '@comanda/order-worker/dist/src/domain/decide-batch.js'
import type {
  ChangeSet,
  StockMovement,
  TimelineEntry,
} from '@comanda/order-worker/dist/src/domain/change-set.js'
import type { Instruction } from '@comanda/order-worker/dist/src/domain/instruction.js'
import type { Order } from '@comanda/order-worker/dist/src/domain/order.js'
import { StoreError } from '@comanda/order-worker/dist/src/domain/ports.js'
import type {
  Applied,
  Decider,
  OrderStore,
  Outbox,
  OutboxEvent,
} from '@comanda/order-worker/dist/src/domain/ports.js'
import type { Product } from '@comanda/order-worker/dist/src/domain/product.js'
import { keyOwnerKey, orderSlotKey } from '@comanda/order-worker/dist/src/domain/world.js'
import type { World } from '@comanda/order-worker/dist/src/domain/world.js'
import { callerGroup } from '@comanda/shared/identity'
import { asciiJson } from '@comanda/shared/messages'
import type { PlaceOrder } from '@comanda/shared/messages'
import type { Random } from '../load/random.js'
import type { VirtualTime } from './virtual-time.js'

/** The order database of a simulation: whole batches or nothing, through the real decisions. */
export interface MemoryOrders {
  /** Store and outbox as one process sees them; `isAlive` false lets its calls hang for ever. */
  connect(isAlive: () => boolean): { readonly store: OrderStore; readonly outbox: Outbox }
  readonly orders: ReadonlyMap<string, Order>
  readonly documents: ReadonlyMap<string, PlaceOrder>
  readonly timeline: readonly TimelineEntry[]
  readonly movements: readonly StockMovement[]
  readonly outcomes: ReadonlyMap<string, ChangeSet['outcomes'][number]>
  readonly keyOwners: ReadonlyMap<string, string>
  readonly products: ReadonlyMap<string, ReadonlyMap<string, Product>>
  /** Events that wait in the outbox. */
  readonly waiting: ReadonlyMap<string, { readonly event: OutboxEvent }>
  readonly parked: ReadonlyMap<string, { readonly body: string; readonly reason: string }>
  calm(): void
}

interface WaitingEvent {
  readonly event: OutboxEvent
  readonly at: number
  /** A claim ends with its process, here after a while. */
  claimedUntil: number
}

const CLAIM_MS = 30_000

/** Longer than the simulated queue and its workers keep anything back. */
const STOCK_PATIENCE_MS = 120_000

/** The worker's decisions with its patience. */
export const decidePatiently: Decider = (batch, world, at) => decideBatch(batch, world, at, STOCK_PATIENCE_MS)

export function createMemoryOrders(
  time: VirtualTime,
  random: Random,
  decide: Decider = decidePatiently,
): MemoryOrders {
  const orders = new Map<string, Order>()
  const documents = new Map<string, PlaceOrder>()
  const products = new Map<string, Map<string, Product>>()
  const keyOwners = new Map<string, string>()
  const outcomes = new Map<string, ChangeSet['outcomes'][number]>()
  const waiting = new Map<string, WaitingEvent>()
  const parked = new Map<string, { body: string; reason: string }>()
  const timeline: TimelineEntry[] = []
  const movements: StockMovement[] = []
  let trouble = 1
  const happens = (probability: number) => random.chance(probability * trouble)

  /** The batch's world, as the real store loads it. */
  function load(batch: readonly Instruction[]): World {
    const world = {
      orders: new Map(),
      products: new Map(),
      keyOwners: new Map(keyOwners),
      known: new Set(outcomes.keys()),
    } satisfies World
    for (const { command } of batch) {
      const { type, account, subject } = command
      const catalog = new Map(products.get(account))
      world.products.set(account, catalog)
      if (type === 'comanda.stock.adjust.v1') continue
      if (type === 'comanda.product.put.v1') {
        if (!catalog.has(subject))
          catalog.set(subject, {
            sku: subject,
            price: '0',
            currency: command.data.currency,
            available: 0,
            putAtMs: 0,
          })
        continue
      }
      const stored = orders.get(subject)
      const fills =
        type === 'comanda.order.place.v1' || type === 'unreadable' || type === 'comanda.order.cancel.v1'
      if (stored?.account === account) world.orders.set(orderSlotKey(account, subject), stored)
      else if (stored === undefined && fills) world.orders.set(orderSlotKey(account, subject), 'vacant')
      if (type === 'comanda.order.place.v1' && (stored === undefined || stored.status === 'accepted')) {
        const owner = keyOwnerKey(account, command.actor, command.data.key)
        if (!world.keyOwners.has(owner)) world.keyOwners.set(owner, subject)
      }
      // Every command but a place is known by its id; a place by its order.
      if (type === 'comanda.order.place.v1' || type === 'unreadable') world.known.delete(command.id)
    }
    return world
  }

  function write(changes: ChangeSet, world: World): OutboxEvent[] {
    for (const [owner, order] of world.keyOwners) keyOwners.set(owner, order)
    for (const { after } of changes.orders.values()) orders.set(after.id, after)
    for (const { command } of changes.placed) documents.set(command.subject, command)
    for (const { account, product } of changes.puts.values()) {
      const catalog = products.get(account) ?? new Map<string, Product>()
      const available = catalog.get(product.sku)?.available ?? 0
      products.set(account, catalog.set(product.sku, { ...product, available }))
    }
    for (const movement of changes.movements) {
      const catalog = products.get(movement.account)!
      for (const { sku, quantity } of movement.changes) {
        const product = catalog.get(sku)!
        catalog.set(sku, { ...product, available: product.available + quantity })
      }
      movements.push(movement)
    }
    timeline.push(...changes.timeline)
    for (const outcome of changes.outcomes) {
      if (outcomes.has(outcome.commandId)) throw new Error(`two outcomes of ${outcome.commandId}`)
      outcomes.set(outcome.commandId, outcome)
    }
    return changes.events.map(({ event, owner }) => {
      const told: OutboxEvent = {
        id: event.id,
        orderId: event.subject,
        group: callerGroup(owner),
        body: asciiJson(event),
      }
      waiting.set(event.id, { event: told, at: time.now(), claimedUntil: 0 })
      return told
    })
  }

  async function transaction<Result>(isAlive: () => boolean, work: () => Result): Promise<Result> {
    await time.wait(1 + random.below(10))
    if (!isAlive()) return new Promise(() => undefined)
    if (happens(0.03)) throw new StoreError('conflict', '40001')
    if (happens(0.02)) throw new StoreError('away', '57P01')
    const result = work()
    // Durable from here on, whoever learns of it.
    await time.wait(random.below(5))
    if (!isAlive()) return new Promise(() => undefined)
    if (happens(0.03)) throw new StoreError('away', '08006')
    return result
  }

  function apply(batch: readonly Instruction[]): Applied {
    const world = load(batch)
    const { results, changes } = decide(batch, world, new Date())
    return { results, events: write(changes, world) }
  }

  return {
    connect: (isAlive) => ({
      store: {
        applyAll: (batch) => transaction(isAlive, () => apply(batch)),
        parkAll: (all) =>
          transaction(isAlive, () => {
            for (const { messageId, body, reason } of all)
              if (!parked.has(messageId)) parked.set(messageId, { body, reason })
            return apply(all.flatMap(({ order }) => (order === undefined ? [] : [{ command: order }])))
          }),
        isReachable: () => transaction(isAlive, () => true).catch(() => false),
      },
      outbox: {
        remove: (ids) => transaction(isAlive, () => ids.forEach((id) => waiting.delete(id))),
        async sweep({ olderThanMs, limit, except, send }) {
          const claimed = await transaction(isAlive, () =>
            [...waiting.values()]
              .filter(
                ({ event, at, claimedUntil }) =>
                  claimedUntil <= time.now() && time.now() - at > olderThanMs && !except.includes(event.id),
              )
              .slice(0, limit),
          )
          for (const one of claimed) one.claimedUntil = time.now() + CLAIM_MS
          try {
            const sent = await send(claimed.map(({ event }) => event))
            await transaction(isAlive, () => sent.forEach((id) => waiting.delete(id)))
            return claimed.length
          } finally {
            for (const one of claimed) one.claimedUntil = 0
          }
        },
        measure: () =>
          transaction(isAlive, () => ({
            unsent: waiting.size,
            oldestMs: Math.max(0, ...[...waiting.values()].map(({ at }) => time.now() - at)),
          })),
      },
    }),
    orders,
    documents,
    timeline,
    movements,
    outcomes,
    keyOwners,
    products,
    waiting,
    parked,
    calm() {
      trouble = 0
    },
  }
}
