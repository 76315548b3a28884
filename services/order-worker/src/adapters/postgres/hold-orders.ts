import type pg from 'pg'
import type { Instruction } from '../../domain/instruction.js'
import type { Order } from '../../domain/order.js'
import { orderSlotKey } from '../../domain/world.js'
import { insertStubs } from './insert-stubs.js'
import { lockOrders } from './lock-orders.js'
import type { OrderReference } from './lock-orders.js'

/**
 * Takes hold of every order that the batch names until the transaction ends: free places get stubs, what was there is
 * locked and read. Most orders are new, and then there is nothing to lock.
 */
export async function holdOrders(
  client: pg.PoolClient,
  batch: readonly Instruction[],
): Promise<Map<string, Order | 'vacant'>> {
  const orders = new Map<string, Order | 'vacant'>()
  for (const { account, subject } of await insertStubs(client, batch))
    orders.set(orderSlotKey(account, subject), 'vacant')

  const stored = new Map<string, OrderReference>()
  const withLines = new Map<string, OrderReference>()
  for (const { command } of batch) {
    if (command.type === 'comanda.product.put.v1' || command.type === 'comanda.stock.adjust.v1') continue
    const key = orderSlotKey(command.account, command.subject)
    if (orders.has(key)) continue
    const reference = { id: command.subject, account: command.account }
    stored.set(key, reference)
    // A place that comes again needs to know only that it has been decided.
    if (command.type !== 'comanda.order.place.v1' && command.type !== 'unreadable')
      withLines.set(key, reference)
  }
  if (stored.size === 0) return orders
  for (const order of await lockOrders(client, [...stored.values()], [...withLines.values()]))
    orders.set(orderSlotKey(order.account, order.id), order)
  return orders
}
