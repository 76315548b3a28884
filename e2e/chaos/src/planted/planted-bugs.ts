import type { Invariant } from '../checker/findings.js'
import type { FaultName } from '../faults/fault-names.js'

/** A change of a compiled file. `find` must be there exactly once, else the bug cannot be planted and the test fails. */
export interface Patch {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** A mistake that a developer could make, and what has to notice it. */
export interface PlantedBug {
  readonly name: string
  readonly patches: readonly Patch[]
  /** What the schema loses with it. */
  readonly sql?: string
  /** The faults under which it shows. */
  readonly faults: readonly FaultName[]
  /** At least one of these must be broken. */
  readonly caughtBy: readonly Invariant[]
}

const API = 'services/order-api/dist/src'
const WORKER = 'services/order-worker/dist/src'
const NOTIFIER = 'services/notifier/dist/src'

/** Without its key, one command can move the stock of one product twice. */
const NO_UNIQUE_MOVEMENT = 'alter table stock_movements drop constraint stock_movements_pkey'
const SECOND_OUTCOME_IS_FINE: Patch = {
  file: `${WORKER}/adapters/postgres/statement.js`,
  find: 'if (affected !== decided)',
  replace: "if (affected !== decided && name !== 'insert-commands')",
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'acknowledge before send',
    patches: [
      {
        file: `${API}/adapters/sqs/command-queue.js`,
        find: 'const result = await deadlines.within(sent, tooLate);',
        replace: "sent.catch(() => undefined); const result = 'sent';",
      },
    ],
    faults: ['A1', 'error-500', 'send-failed', 'queue-restart'],
    caughtBy: ['I1'],
  },
  {
    name: 'delete before commit',
    patches: [
      {
        file: `${WORKER}/adapters/sqs/command-handler.js`,
        find: 'await apply(reads, outcomes, signal);\n        return',
        replace:
          'apply(reads, [], signal).catch(() => undefined);\n        settle(reads, outcomes, DONE);\n        return',
      },
    ],
    faults: ['W1', 'W2', 'W4', 'postgres-kill'],
    caughtBy: ['I1', 'I5'],
  },
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
    name: 'outbox row outside the transaction',
    patches: [
      {
        file: `${WORKER}/adapters/postgres/write-records.js`,
        find: 'writeRows(client, INSERT_OUTBOX, events, [',
        replace: 'writeRows(globalThis.otherConnections, INSERT_OUTBOX, events, [',
      },
      {
        file: `${WORKER}/adapters/postgres/order-store.js`,
        find: 'async applyAll(batch) {',
        replace: 'async applyAll(batch) { globalThis.otherConnections = pool;',
      },
    ],
    faults: ['W2', 'postgres-kill', 'kill'],
    caughtBy: ['I1', 'I5', 'I6', 'I8'],
  },
  {
    name: 'relay by `id > last`',
    patches: [
      {
        file: `${WORKER}/adapters/postgres/outbox.js`,
        find: 'client.query(CLAIM, [olderThanMs, except, limit]);',
        replace: `client.query(CLAIM.replace('select', 'select seq,').replace('where', 'where seq > ' + (globalThis.last ?? 0) + ' and'),
                [olderThanMs, except, limit]);
            for (const { seq } of rows) globalThis.last = Math.max(globalThis.last ?? 0, Number(seq));`,
      },
      {
        file: `${WORKER}/adapters/sqs/event-relay.js`,
        find: 'for (const event of events) {\n            inHand',
        replace: 'for (const event of []) {\n            inHand',
      },
    ],
    faults: ['send-failed', 'error-500', 'queue-restart', 'cut'],
    caughtBy: ['I8'],
  },
  {
    name: 'marked before sent',
    patches: [
      {
        file: `${WORKER}/adapters/sqs/event-relay.js`,
        find: 'lanes.send(event).then(',
        replace: 'outbox.remove([event.id]).then(() => lanes.send(event)).then(',
      },
    ],
    faults: ['R1', 'kill', 'error-500', 'queue-restart'],
    caughtBy: ['I8'],
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
    name: '`Failed` entries ignored',
    patches: [
      {
        file: 'shared/dist/src/sqs/batch-entries.js',
        find: "results[index] = { kind: 'failed', code: Code ?? 'unknown', retryable: SenderFault !== true };",
        replace: 'results[index] = SENT;',
      },
    ],
    faults: ['send-failed'],
    caughtBy: ['I1', 'I8'],
  },
  {
    name: 'account missing in a WHERE',
    patches: [
      {
        file: `${API}/adapters/postgres/statements.js`,
        find: 'where o.account_id = $1 and ($2::text is null or o.actor = $2) and o.id = $3`;',
        replace: "where $1::text <> '' and ($2::text is null or o.actor = $2) and o.id = $3`;",
      },
    ],
    faults: [],
    caughtBy: ['I13'],
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
    name: 'an old worker that parks a newer version',
    patches: [
      {
        file: `${WORKER}/adapters/sqs/command-handler.js`,
        find: "{ kind: 'retry', reason: `unknown type ${read.type}` }",
        replace: "{ kind: 'park', reason: `unknown type ${read.type}` }",
      },
    ],
    faults: [],
    caughtBy: ['I5'],
  },
  {
    name: '404 before the row',
    patches: [
      {
        file: `${API}/domain/show-order.js`,
        find: 'const receipt = checkReceipt(receipts, principal, orderId, request.receipt);',
        replace: "const receipt = { kind: 'invalid' };",
      },
    ],
    faults: ['postgres-kill', 'delay'],
    caughtBy: ['I11'],
  },
  {
    name: 'new Message-ID per retry',
    patches: [
      {
        file: `${NOTIFIER}/domain/message-id.js`,
        find: '`<${eventId}@${sender',
        replace: '`<${eventId}${Math.random()}@${sender',
      },
    ],
    faults: ['N3'],
    caughtBy: ['I10'],
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
