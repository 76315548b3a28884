import { describe, expect, it } from '@jest/globals'
import { applyDecision } from '../../src/domain/apply-decision.js'
import { emptyChangeSet } from '../../src/domain/change-set.js'
import type { Effects } from '../../src/domain/decision.js'
import type { DecidedOrder } from '../../src/domain/order.js'
import { orderSlotKey } from '../../src/domain/world.js'
import type { World } from '../../src/domain/world.js'
import { orderOf, place } from '../support/commands.js'

const command = place(orderOf([{ sku: 'MUG', quantity: 2 }]))
const order: DecidedOrder = {
  id: command.id,
  account: command.account,
  actor: command.actor,
  acceptedAt: command.time,
  version: 1,
  status: 'confirmed',
  lineCount: 0,
  lines: [],
  contact: {},
}
const product = { sku: 'MUG', price: '1.0000', currency: 'GBP', available: 1, putAtMs: 0 }

/** A bug in a decision must not get as far as the database. */
describe('carrying out a decision', () => {
  const attempt = (before: DecidedOrder | 'vacant', effects: Effects) => {
    const world: World = {
      orders: new Map([[orderSlotKey(command.account, command.id), before]]),
      products: new Map([[command.account, new Map([['MUG', product]])]]),
      keyOwners: new Map(),
      known: new Set(),
    }
    const changes = emptyChangeSet('2026-01-15T09:30:00.412Z')
    applyDecision({ command }, { kind: 'settled', outcome: 'applied', effects }, world, changes)
    return changes
  }
  const note = { actor: 'storefront' }

  it('takes a move of the map', () => {
    const changes = attempt('vacant', { order: { after: order, note, announced: true } })

    expect([...changes.orders.values()]).toEqual([{ before: 'vacant', after: order }])
  })

  it.each<[string, DecidedOrder | 'vacant', Effects]>([
    [
      'a move that the map does not have',
      { ...order, status: 'delivered' },
      { order: { after: { ...order, status: 'confirmed', version: 2 }, note, announced: true } },
    ],
    [
      'a version that skips one',
      order,
      { order: { after: { ...order, status: 'cancelled', version: 3 }, note, announced: true } },
    ],
    [
      'a move without a place in the history',
      order,
      { order: { after: { ...order, status: 'cancelled', version: 2 }, announced: true } },
    ],
    ['stock below zero', order, { stock: { kind: 'sold', changes: [{ sku: 'MUG', quantity: -2 }] } }],
    [
      'stock of a product that is not held',
      order,
      { stock: { kind: 'sold', changes: [{ sku: 'CUP', quantity: 1 }] } },
    ],
  ])('refuses %s', (_what, before, effects) => {
    expect(() => attempt(before, effects)).toThrow(expect.objectContaining({ code: 'invariant_broken' }))
  })
})
