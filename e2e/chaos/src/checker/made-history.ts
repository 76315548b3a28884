import { expectedEventId, expectedOrderId, sha256 } from './identity.js'
import type { CheckRecord, Operation, OrderRow } from './records.js'
import type { ProductRow } from './stock-book.js'

/**
 * A made history of any length and the database that would follow from it, without a service anywhere: what the checker's
 * memory and its judgement are tried on. Three operations an order: placed, read, read at the end.
 */
export interface MadeRun {
  readonly operations: AsyncIterable<Operation>
  readonly records: AsyncIterable<CheckRecord>
  readonly products: readonly ProductRow[]
}

const CALLER = { account: 'made', actor: 'made-store' }
const PRODUCT = { account: CALLER.account, sku: 'MADE' }
const STOCK = 10 ** 12
/** The command that brought the stock. */
const STOCKING = sha256('stocking')
const OPERATIONS_AN_ORDER = 3

/** `spoil` may change what the database and the receivers hold of an order, or leave it out. */
export function makeRun(
  orders: number,
  spoil: (records: CheckRecord[], index: number) => CheckRecord[] = (records) => records,
): MadeRun {
  return {
    operations: madeOperations(orders),
    records: madeRecords(orders, spoil),
    products: [{ account: CALLER.account, sku: 'MADE', available: STOCK - orders }],
  }
}

export function madeOrderId(index: number): string {
  return expectedOrderId(CALLER, keyOf(index), fingerprintOf(index))
}

// eslint-disable-next-line @typescript-eslint/require-await -- streams are asynchronous, this one has nothing to wait for
async function* madeOperations(orders: number): AsyncGenerator<Operation> {
  yield {
    kind: 'op',
    ...CALLER,
    ...PRODUCT,
    i: -1,
    f: 'adjust',
    type: 'ok',
    cmd: STOCKING,
    delta: STOCK,
    t0: 0,
    t1: 0,
  }
  for (let index = 0; index < orders; index += 1) {
    const t0 = index * OPERATIONS_AN_ORDER
    const id = madeOrderId(index)
    const asked = { kind: 'op', ...CALLER, id, type: 'ok' } as const
    const fingerprint = fingerprintOf(index)
    const said = { key: keyOf(index), fingerprint, content: fingerprint, gotId: id, email: emailOf(index) }
    yield { ...asked, ...said, i: t0, f: 'place', status: 202, t0, t1: t0 + 0.5 }
    yield {
      ...asked,
      i: t0 + 1,
      f: 'get',
      status: 200,
      version: 1,
      state: 'confirmed',
      t0: t0 + 1,
      t1: t0 + 1.5,
      watched: true,
    }
    yield {
      ...asked,
      i: t0 + 2,
      f: 'final-get',
      status: 200,
      version: 1,
      state: 'confirmed',
      t0: t0 + 2,
      t1: t0 + 2.5,
    }
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- as above
async function* madeRecords(
  orders: number,
  spoil: (records: CheckRecord[], index: number) => CheckRecord[],
): AsyncGenerator<CheckRecord> {
  yield { kind: 'adjustment', cmd: STOCKING, ...PRODUCT, quantity: STOCK }
  yield {
    kind: 'command',
    id: STOCKING,
    cmd: STOCKING,
    type: 'comanda.stock.adjust.v1',
    outcome: 'applied',
    account: CALLER.account,
  }
  for (let index = 0; index < orders; index += 1) yield* spoil(recordsOf(index), index)
}

/** What is there of one order. */
function recordsOf(index: number): CheckRecord[] {
  const id = madeOrderId(index)
  const event = expectedEventId(id, 1)
  const fingerprint = fingerprintOf(index)
  const row: OrderRow = {
    kind: 'order',
    id,
    ...CALLER,
    key: keyOf(index),
    fingerprint,
    status: 'confirmed',
    version: 1,
    reason: null,
    content: fingerprint,
    prices: '',
    email: emailOf(index),
    sumsAgree: true,
    wanted: { MADE: 1 },
    timeline: [{ version: 1, status: 'confirmed', refused: null, actor: CALLER.actor, command: id }],
    movements: [{ kind: 'sold', sku: 'MADE', quantity: -1, command: id }],
    deliveries: [{ event, version: 1, status: 'sent', error: null, putOff: false }],
  }
  return [
    row,
    { kind: 'key', id, ...CALLER, key: keyOf(index) },
    { kind: 'published', id, event, type: 'comanda.order.confirmed.v1', version: 1 },
    { kind: 'mail', id, event, messageId: `<${event}@made.example>`, to: emailOf(index), at: index },
  ]
}

function keyOf(index: number): string {
  return `made-key-${index}`
}
function emailOf(index: number): string {
  return `made.${index}@made.example`
}
function fingerprintOf(index: number): string {
  return sha256(`order ${index}`)
}
