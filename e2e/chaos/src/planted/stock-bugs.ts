import { WORKER } from './planted-bug.js'
import type { Patch, PlantedBug } from './planted-bug.js'

/** Without its key, one command can move the stock of one product twice. */
const NO_UNIQUE_MOVEMENT = 'alter table stock_movements drop constraint stock_movements_pkey'
const SECOND_OUTCOME_IS_FINE: Patch = {
  file: `${WORKER}/adapters/postgres/statement.js`,
  find: 'if (affected !== decided)',
  replace: "if (affected !== decided && name !== 'insert-commands')",
}

/** What moves stock twice, not at all, or by a number that is old. */
export const STOCK_BUGS: readonly PlantedBug[] = [
  {
    name: 'no unique movement',
    patches: [
      SECOND_OUTCOME_IS_FINE,
      {
        file: `${WORKER}/adapters/postgres/hold-catalog.js`,
        find: "return slot === 'vacant' || slot?.status === 'accepted';",
        replace: 'return slot !== undefined;',
      },
      {
        file: `${WORKER}/domain/place-order.js`,
        find: 'return KNOWN;',
        replace: `return slot.status === 'confirmed' ? { kind: 'settled', outcome: 'applied', effects: { stock: { kind: 'sold',
          changes: [...quantityBySku(command.data.order.lines)].map(([sku, quantity]) => ({ sku, quantity: -quantity })) } } } : KNOWN;`,
      },
    ],
    sql: NO_UNIQUE_MOVEMENT,
    faults: ['duplicate', 'redelivery', 'W3'],
    caughtBy: ['I3'],
  },
  {
    name: 'read-modify-write stock',
    patches: [
      {
        file: `${WORKER}/adapters/postgres/lock-products.js`,
        find: 'order by account_id, sku\n  for no key update`',
        replace: 'order by account_id, sku`',
      },
      {
        file: `${WORKER}/adapters/postgres/hold-catalog.js`,
        find: 'const world = {',
        replace:
          'const stale = new Map(held.map(({ account, product }) => [account + product.sku, product.available])); const world = { stale,',
      },
      {
        file: `${WORKER}/adapters/postgres/order-store.js`,
        find: 'await writeChanges(client, changes);',
        replace: 'await writeChanges(client, Object.assign(changes, { stale: world.stale }));',
      },
      {
        file: `${WORKER}/adapters/postgres/write-stock.js`,
        find: 'export async function writeStock(client, { puts, movements, at }) {',
        replace: 'export async function writeStock(client, { puts, movements, at, stale }) {',
      },
      {
        file: `${WORKER}/adapters/postgres/write-stock.js`,
        find: 'plain(({ change }) => change),',
        replace: 'plain(({ account, sku, change }) => stale.get(account + sku) + change),',
      },
      {
        file: `${WORKER}/adapters/postgres/write-stock.js`,
        find: 'set available = p.available + c.change',
        replace: 'set available = c.change',
      },
    ],
    faults: [],
    caughtBy: ['I4'],
  },
  {
    name: 'a stock command applied twice',
    patches: [
      SECOND_OUTCOME_IS_FINE,
      {
        file: `${WORKER}/domain/decide-batch.js`,
        find: 'world.known.has(command.id) ?',
        replace: "world.known.has(command.id) && command.type !== 'comanda.stock.adjust.v1' ?",
      },
    ],
    sql: NO_UNIQUE_MOVEMENT,
    faults: ['duplicate', 'redelivery', 'W3'],
    caughtBy: ['I3'],
  },
  {
    name: 'cancel that loses stock',
    patches: [
      {
        file: `${WORKER}/domain/cancel-order.js`,
        find: 'changes: [...quantityBySku(slot.lines)].map(([sku, quantity]) => ({ sku, quantity })),',
        replace: 'changes: [],',
      },
    ],
    faults: [],
    caughtBy: ['I14'],
  },
]
