import type { OrderStatus } from '@comanda/shared/messages'
import { decideAdjustStock } from './adjust-stock.js'
import { applyDecision } from './apply-decision.js'
import { decideCancel } from './cancel-order.js'
import { emptyChangeSet } from './change-set.js'
import type { ChangeSet } from './change-set.js'
import { KNOWN } from './decision.js'
import type { CommandOutcome, Decision, RetryReason } from './decision.js'
import { decideDeliver, decideShip } from './fulfil-order.js'
import type { Instruction } from './instruction.js'
import type { Amount } from './money.js'
import type { Order } from './order.js'
import { decidePlace } from './place-order.js'
import { decidePutProduct } from './put-product.js'
import { decideUnreadable } from './reject-unreadable.js'
import { catalogOf, keyOwnerKey, slotOf } from './world.js'
import type { World } from './world.js'

/** What became of one command of a batch. */
export type CommandResult =
  | {
      readonly kind: 'done'
      readonly outcome: CommandOutcome | 'known'
      /** Why it was refused. */
      readonly reason?: string
      /** How the order stands after it, where it changed one. */
      readonly status?: OrderStatus
      /** What a place that was confirmed comes to. */
      readonly confirmed?: { readonly currency: string; readonly total: Amount }
    }
  | { readonly kind: 'retry'; readonly reason: RetryReason }

export interface BatchDecision {
  /** One result per instruction, in the same order. */
  readonly results: readonly CommandResult[]
  readonly changes: ChangeSet
}

/**
 * Queues bring commands in any order. Inside a batch, what others build on is decided first; commands of the same rank
 * keep the order in which they came, which on FIFO queues is the order in which they were given.
 */
const RANK: Readonly<Record<Instruction['command']['type'], number>> = {
  'comanda.product.put.v1': 0,
  'comanda.stock.adjust.v1': 1,
  'comanda.order.place.v1': 2,
  unreadable: 2,
  'comanda.order.cancel.v1': 3,
  'comanda.order.ship.v1': 3,
  'comanda.order.deliver.v1': 3,
}

/**
 * Decides a batch, one command after the other, each in the world as the ones before it left it. A stock change that
 * would leave the bounds of stock comes again for `stockPatienceMs` from when it was received first: what it overtook was
 * given before it, so it is received about then, too, however long both have waited.
 */
export function decideBatch(
  batch: readonly Instruction[],
  world: World,
  at: Date,
  stockPatienceMs = 0,
): BatchDecision {
  const changes = emptyChangeSet(at.toISOString())
  const results: CommandResult[] = []
  const mayWait = ({ command, firstReceivedAt = new Date(command.time) }: Instruction) =>
    at.getTime() - firstReceivedAt.getTime() < stockPatienceMs
  const inOrder = batch
    .map((instruction, index) => ({ instruction, index }))
    .sort((one, other) => RANK[one.instruction.command.type] - RANK[other.instruction.command.type])
  for (const { instruction, index } of inOrder) {
    const { command } = instruction
    const decision = world.known.has(command.id) ? KNOWN : decide(command, world, mayWait(instruction))
    if (decision.kind === 'settled') applyDecision(instruction, decision, world, changes)
    results[index] = resultOf(decision)
  }
  return { results, changes }
}

function decide(command: Instruction['command'], world: World, mayWait: boolean): Decision {
  const { account, subject } = command
  switch (command.type) {
    case 'comanda.order.place.v1': {
      const owner = world.keyOwners.get(keyOwnerKey(account, command.actor, command.data.key))
      return decidePlace(command, slotOf(world, account, subject), owner, catalogOf(world, account))
    }
    case 'comanda.order.cancel.v1':
      return decideCancel(command, slotOf(world, account, subject))
    case 'comanda.order.ship.v1':
      return decideShip(command, slotOf(world, account, subject))
    case 'comanda.order.deliver.v1':
      return decideDeliver(command, slotOf(world, account, subject))
    case 'comanda.product.put.v1':
      return decidePutProduct(command, catalogOf(world, account).get(subject))
    case 'comanda.stock.adjust.v1':
      return decideAdjustStock(command, catalogOf(world, account).get(subject), mayWait)
    case 'unreadable':
      return decideUnreadable(command, slotOf(world, account, subject))
  }
}

function resultOf(decision: Decision): CommandResult {
  switch (decision.kind) {
    case 'retry':
      return decision
    case 'known':
      return { kind: 'done', outcome: 'known' }
    case 'settled': {
      const { outcome, reason, effects } = decision
      return {
        kind: 'done',
        outcome,
        ...(outcome === 'refused' && reason !== undefined ? { reason } : {}),
        ...(effects.order === undefined ? {} : statusOf(effects.order.after)),
      }
    }
  }
}

function statusOf(order: Order): Pick<CommandResult & { kind: 'done' }, 'status' | 'confirmed'> {
  const { status } = order
  if (status !== 'confirmed' || order.version !== 1) return { status }
  const { currency, total } = order
  return currency === undefined || total === undefined
    ? { status }
    : { status, confirmed: { currency, total } }
}
