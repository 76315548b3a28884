import type { ChangeSet } from './change-set.js'
import type { Decision, Effects } from './decision.js'
import type { Instruction } from './instruction.js'
import { orderEvent } from './order-event.js'
import { nextStatuses } from './transitions.js'
import { catalogOf, orderSlotKey, setProduct } from './world.js'
import type { World } from './world.js'

/** A decision broke a rule that holds everywhere: a bug, so nothing of it may be written. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
  readonly code = 'invariant_broken'
}

/** Carries out a decision in the world and notes what has to be written. */
export function applyDecision(
  instruction: Instruction,
  decision: Extract<Decision, { kind: 'settled' }>,
  world: World,
  changes: ChangeSet,
): void {
  const { command } = instruction
  const { account } = command
  const { order, stock, product } = decision.effects
  if (order !== undefined) applyOrder(instruction, order, world, changes)
  if (stock !== undefined) applyStock(instruction, stock, world, changes)
  if (product !== undefined) {
    setProduct(world, account, product)
    changes.puts.set(JSON.stringify([account, product.sku]), { account, product })
  }
  world.known.add(command.id)
  changes.outcomes.push({
    commandId: command.id,
    account,
    actor: command.actor,
    type: command.type === 'unreadable' ? 'comanda.order.place.v1' : command.type,
    target: command.subject,
    outcome: decision.outcome,
    ...(decision.reason === undefined ? {} : { reason: decision.reason }),
  })
}

function applyOrder(
  { command, traceParent }: Instruction,
  { after, note, announced }: NonNullable<Effects['order']>,
  world: World,
  changes: ChangeSet,
): void {
  const key = orderSlotKey(command.account, after.id)
  const slot = world.orders.get(key) ?? 'vacant'
  const [status, version] = slot === 'vacant' ? (['accepted', 0] as const) : [slot.status, slot.version]
  if (after.status !== status && !nextStatuses(status).includes(after.status))
    throw new InvariantError(`an order cannot go from ${status} to ${after.status}`)
  if (after.version !== version + (note === undefined ? 0 : 1))
    throw new InvariantError('an order must count every move, one by one')

  changes.orders.set(key, { before: changes.orders.get(key)?.before ?? slot, after })
  world.orders.set(key, after)
  if (after.status === 'accepted' || note === undefined) return
  const { id: orderId } = after
  changes.timeline.push({
    orderId,
    version: after.version,
    status: after.status,
    commandId: command.id,
    ...note,
  })
  if (command.type === 'comanda.order.place.v1')
    changes.placed.push({ command, lines: after.lines, fillsTombstone: slot !== 'vacant' })
  if (announced)
    changes.events.push({
      event: orderEvent(after, note.actor, changes.at),
      owner: { account: after.account, actor: after.actor },
      ...(traceParent === undefined ? {} : { traceParent }),
    })
}

function applyStock(
  { command }: Instruction,
  { kind, changes: stock }: NonNullable<Effects['stock']>,
  world: World,
  changes: ChangeSet,
): void {
  const { account, id: commandId } = command
  const catalog = catalogOf(world, account)
  for (const { sku, quantity } of stock) {
    const product = catalog.get(sku)
    if (product === undefined) throw new InvariantError('stock moved of a product that is not held')
    const available = product.available + quantity
    if (available < 0) throw new InvariantError('stock would fall below zero')
    setProduct(world, account, { ...product, available })
  }
  const ofOrder = kind === 'adjusted' ? {} : { orderId: command.subject }
  changes.movements.push({ commandId, account, ...ofOrder, kind, changes: stock })
}
