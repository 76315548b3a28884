import type pg from 'pg'
import type { PlaceOrder } from '@comanda/shared/messages'
import type { Instruction } from '../../domain/instruction.js'
import type { Order } from '../../domain/order.js'
import { orderSlotKey, setProduct } from '../../domain/world.js'
import type { World } from '../../domain/world.js'
import { claimKeys } from './claim-keys.js'
import { plain } from './columns.js'
import { insertProductStubs, lockProducts } from './lock-products.js'
import type { ProductReference } from './lock-products.js'
import { queryRows, together } from './statement.js'

type Orders = Map<string, Order | 'vacant'>

/**
 * Takes hold of the keys and products that the batch needs, given its orders, in one round trip. Returns the world that
 * the batch is decided in.
 */
export async function holdCatalog(
  client: pg.PoolClient,
  batch: readonly Instruction[],
  orders: Orders,
): Promise<World> {
  const commands = batch.map(({ command }) => command)
  const places = commands.filter((command) => command.type === 'comanda.order.place.v1')
  const undecided = places.filter((place) => isUndecided(place, orders))
  const [keyOwners, , held, known] = await together([
    claimKeys(client, undecided),
    insertProductStubs(
      client,
      commands.filter((command) => command.type === 'comanda.product.put.v1'),
    ),
    lockProducts(client, wantedProducts(commands, undecided, orders)),
    readKnown(client, commands),
  ])
  const world: World = { orders, products: new Map(), keyOwners, known }
  for (const { account, product } of held) setProduct(world, account, product)
  return world
}

function isUndecided({ account, subject }: PlaceOrder, orders: Orders): boolean {
  const slot = orders.get(orderSlotKey(account, subject))
  return slot === 'vacant' || slot?.status === 'accepted'
}

function wantedProducts(
  commands: readonly Instruction['command'][],
  undecided: readonly PlaceOrder[],
  orders: Orders,
): ProductReference[] {
  const wanted = new Map<string, Set<string>>()
  const want = (account: string, lines: readonly { readonly sku: string }[]) => {
    let skus = wanted.get(account)
    if (skus === undefined) wanted.set(account, (skus = new Set<string>()))
    for (const { sku } of lines) skus.add(sku)
  }
  for (const { account, data } of undecided) want(account, data.order.lines)
  for (const { type, account, subject } of commands) {
    if (type === 'comanda.product.put.v1' || type === 'comanda.stock.adjust.v1') {
      want(account, [{ sku: subject }])
    } else if (type === 'comanda.order.cancel.v1') {
      // What it gives back is locked with the rest, in the one order of locking.
      const slot = orders.get(orderSlotKey(account, subject))
      if (typeof slot === 'object' && slot.status === 'confirmed') want(account, slot.lines)
    }
  }
  return [...wanted].flatMap(([account, skus]) => [...skus].map((sku) => ({ account, sku })))
}

const READ_KNOWN = {
  name: 'read-known',
  text: `select command_id from commands where command_id = any($1::uuid[])`,
}

/**
 * Which commands have an outcome. Asked after the locks: who holds a command's order or product is the only one who can
 * decide it. A place is known by its order.
 */
async function readKnown(
  client: pg.PoolClient,
  commands: readonly Instruction['command'][],
): Promise<Set<string>> {
  const asked = commands.filter(({ type }) => type !== 'comanda.order.place.v1' && type !== 'unreadable')
  if (asked.length === 0) return new Set()
  const { rows } = await queryRows<Instruction['command'], { command_id: string }>(
    client,
    READ_KNOWN,
    asked,
    [plain(({ id }) => id)],
  )
  return new Set(rows.map(({ command_id }) => command_id))
}
