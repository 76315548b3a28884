import { callerGroup } from '@comanda/shared/identity'
import { asciiJson } from '@comanda/shared/messages'
import type { OrderEvent } from '@comanda/shared/messages'
import type { ChangeSet, CommandRecord, StockMovement, TimelineEntry } from '../../src/domain/change-set.js'
import { decideBatch } from '../../src/domain/decide-batch.js'
import type { Instruction } from '../../src/domain/instruction.js'
import type { Order } from '../../src/domain/order.js'
import type { Applied, OrderStore, ParkedCommand } from '../../src/domain/ports.js'
import type { Product } from '../../src/domain/product.js'
import { keyOwnerKey, orderSlotKey } from '../../src/domain/world.js'
import type { World } from '../../src/domain/world.js'
import type { StoreView } from '../contract/store-under-test.js'

/** What a memory store has come to. */
export interface MemoryState {
  readonly orders: Map<string, Order>
  readonly products: Map<string, Map<string, Product>>
  readonly keys: Map<string, string>
  readonly commands: Map<string, CommandRecord>
  readonly timeline: TimelineEntry[]
  readonly movements: StockMovement[]
  readonly events: OrderEvent[]
  readonly parked: Map<string, ParkedCommand>
}

/** The order store in memory: the same promises, held by doing one batch after the other. */
export function createMemoryOrderStore(clock: () => Date): OrderStore & { readonly state: MemoryState } {
  const state: MemoryState = {
    orders: new Map(),
    products: new Map(),
    keys: new Map(),
    commands: new Map(),
    timeline: [],
    movements: [],
    events: [],
    parked: new Map(),
  }

  function applyNow(batch: readonly Instruction[]): Applied {
    const world = worldOf(state, batch)
    const { results, changes } = decideBatch(batch, world, clock())
    for (const [account, catalog] of world.products) state.products.set(account, catalog)
    for (const [key, owner] of world.keyOwners) state.keys.set(key, owner)
    write(state, changes)
    const events = changes.events.map(({ event, owner, traceParent }) => ({
      id: event.id,
      orderId: event.subject,
      group: callerGroup(owner),
      body: asciiJson(event),
      ...(traceParent === undefined ? {} : { traceParent }),
    }))
    return { results, events }
  }

  return {
    state,
    applyAll: async (batch) => applyNow(batch),
    parkAll: async (parked) => {
      for (const message of parked)
        if (!state.parked.has(message.messageId)) state.parked.set(message.messageId, message)
      return applyNow(parked.flatMap(({ order }) => (order === undefined ? [] : [{ command: order }])))
    },
    isReachable: async () => true,
  }
}

function worldOf(state: MemoryState, batch: readonly Instruction[]): World {
  const orders = new Map<string, Order | 'vacant'>()
  const taken = new Map<string, string>()
  for (const { command } of batch) {
    const { type, account, subject } = command
    const stored = state.orders.get(subject)
    if (stored !== undefined) {
      if (stored.account === account) orders.set(orderSlotKey(account, subject), stored)
    } else if (['comanda.order.place.v1', 'comanda.order.cancel.v1', 'unreadable'].includes(type)) {
      if (!taken.has(subject)) taken.set(subject, account)
      if (taken.get(subject) === account) orders.set(orderSlotKey(account, subject), 'vacant')
    }
  }
  const keyOwners = new Map(state.keys)
  for (const { command } of batch) {
    if (command.type !== 'comanda.order.place.v1') continue
    const slot = orders.get(orderSlotKey(command.account, command.subject))
    if (slot !== 'vacant' && slot?.status !== 'accepted') continue
    const key = keyOwnerKey(command.account, command.actor, command.data.key)
    if (!keyOwners.has(key)) keyOwners.set(key, command.subject)
  }
  return {
    orders,
    products: new Map([...state.products].map(([account, catalog]) => [account, new Map(catalog)])),
    keyOwners,
    // A place is known by its order.
    known: new Set(
      [...state.commands.values()]
        .filter(({ type }) => type !== 'comanda.order.place.v1')
        .map(({ commandId }) => commandId),
    ),
  }
}

function write(state: MemoryState, changes: ChangeSet): void {
  for (const { after } of changes.orders.values()) state.orders.set(after.id, after)
  for (const record of changes.outcomes) state.commands.set(record.commandId, record)
  state.timeline.push(...changes.timeline)
  state.movements.push(...changes.movements)
  state.events.push(...changes.events.map(({ event }) => event))
}

/** Shows a memory store to the contract. */
export function memoryView(state: MemoryState): StoreView {
  return {
    async order(id) {
      const order = state.orders.get(id)
      if (order === undefined) return undefined
      const { status, version, account, actor } = order
      if (order.status === 'accepted') return { status, version, account, actor, lines: [] }
      return {
        status,
        version,
        account,
        actor,
        ...('reason' in order ? { reason: order.reason } : {}),
        ...(order.reference === undefined ? {} : { reference: order.reference }),
        ...(order.total === undefined ? {} : { total: order.total }),
        lines: order.lines.map(({ sku, quantity, unitPrice, amount }) => ({
          sku,
          quantity,
          ...(unitPrice === undefined ? {} : { unitPrice }),
          ...(amount === undefined ? {} : { amount }),
        })),
      }
    },
    async timeline(id) {
      return state.timeline
        .filter(({ orderId }) => orderId === id)
        .map(({ orderId: _orderId, ...entry }) => entry)
    },
    async product(account, sku) {
      const product = state.products.get(account)?.get(sku)
      if (product === undefined) return undefined
      const { price, currency, available, name } = product
      return { price, currency, available, ...(name === undefined ? {} : { name }) }
    },
    async moved(account, sku) {
      return state.movements
        .filter((movement) => movement.account === account)
        .flatMap(({ kind, changes }) => changes.map((change) => ({ kind, ...change })))
        .filter((change) => change.sku === sku)
        .map(({ kind, quantity }) => ({ kind, quantity }))
    },
    async outcome(commandId) {
      const record = state.commands.get(commandId)
      if (record === undefined) return undefined
      return { outcome: record.outcome, ...(record.reason === undefined ? {} : { reason: record.reason }) }
    },
    events: async () => state.events,
    async parked() {
      return [...state.parked.values()].map(({ messageId, reason, body, order }) => ({
        messageId,
        reason,
        body,
        ...(order === undefined ? {} : { orderId: order.subject }),
      }))
    },
  }
}
