import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type pg from 'pg'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import { LIMITS } from '@comanda/shared/limits'
import { EVENT_SCHEMAS, OrderDocument, asciiJson } from '@comanda/shared/messages'
import type { Command, OrderEvent } from '@comanda/shared/messages'
import { createPostgresOrderStore } from '../../src/adapters/postgres/order-store.js'
import { readCommand } from '../../src/adapters/sqs/read-command.js'
import { COMMAND_SCHEMAS } from '@comanda/shared/messages'
import { adjust, cancel, place, put, ship } from '../support/commands.js'
import { openLedger } from '../support/ledger.js'
import type { Ledger } from '../support/ledger.js'
import { storePool } from '../support/store.js'

/** Texts up to their limit: everything Unicode has, and what means something to SQL, arrays and JSON. */
function text(max: number, min = 1): fc.Arbitrary<string> {
  const nasty = [
    '"',
    '\\',
    '{',
    '}',
    ',',
    "'",
    'NULL',
    '$1',
    '\n',
    '\r',
    '\t',
    ' ',
    '\u0001',
    '\u007f',
    '\ufffe',
    '\uffff',
    '😀',
    'ñ',
  ]
  const fits = (value: string) => value.length >= min && value.length <= max && !value.includes('\0')
  return fc.oneof(
    fc.string({ unit: 'binary', minLength: min, maxLength: max }).filter(fits),
    fc
      .string({
        unit: fc.constantFrom(...nasty),
        minLength: min,
        maxLength: Math.max(min, Math.floor(max / 2)),
      })
      .filter(fits),
    fc.constantFrom('x'.repeat(max), '😀'.repeat(max / 2), '\uffff'.repeat(max), 'NULL').filter(fits),
  )
}
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const price = fc.constantFrom('0', '0.0001', '1', '2.55', '999999999', '999999999.9999')
const instant = fc
  .date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date('2999-12-30T00:00:00Z'), noInvalidDate: true })
  .chain((date) =>
    fc.constantFrom(
      date.toISOString(),
      date.toISOString().replace('Z', '+14:00'),
      date.toISOString().replace('Z', '123456-11:30'),
    ),
  )
const address = optional(text(LIMITS.addressPartMax))
const document = fc
  .record({
    reference: text(LIMITS.referenceMax),
    currency: fc.constantFrom('GBP', 'EUR', 'JPY'),
    customer: optional(
      fc.record({
        id: optional(text(LIMITS.customerIdMax)),
        email: optional(fc.emailAddress()),
        name: optional(text(LIMITS.nameMax)),
        language: optional(fc.constantFrom('en', 'es-MX', `en-${'abcdefgh-'.repeat(3)}abcd`)),
      }),
    ),
    shipTo: optional(
      fc.record({
        name: address,
        line1: address,
        line2: address,
        city: address,
        region: address,
        postalCode: address,
        country: fc.constantFrom('GB', 'MX'),
      }),
    ),
    lines: fc.array(
      fc.record({
        sku: text(LIMITS.skuMax),
        quantity: fc.constantFrom(1, 2, LIMITS.quantityMax),
        unitPrice: optional(price),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    placedAt: optional(instant),
    metadata: optional(
      fc.dictionary(text(LIMITS.metadataKeyMax), text(LIMITS.metadataValueMax, 0), {
        maxKeys: LIMITS.metadataPairs,
      }),
    ),
  })
  .map((order) => JSON.parse(JSON.stringify(order)) as OrderDocument)
  .filter((order) => OrderDocument.safeParse(order).success)

describe('whatever parses, inserts', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let ledger: Ledger

  beforeAll(async () => {
    database = await createTestDatabase()
    pool = storePool(database.urlAs('comanda_order_worker'))
    ledger = openLedger(database.url)
  })
  afterAll(async () => {
    await pool.end()
    await ledger.end()
    await database.drop()
  })

  /** As it comes from the queue. */
  const received = (command: Command): Command => {
    const read = readCommand(COMMAND_SCHEMAS, asciiJson(command))
    if (read.kind !== 'message') throw new Error(`the test made a message that does not parse: ${read.kind}`)
    return read.message
  }

  it('holds for orders, products, keys, actors and accounts at their limits', async () => {
    const store = createPostgresOrderStore({ pool })
    const apply = (...commands: Command[]) =>
      store.applyAll(commands.map((command) => ({ command: received(command) })))
    await fc.assert(
      fc.asyncProperty(
        document,
        text(LIMITS.accountMax),
        text(LIMITS.actorMax),
        text(LIMITS.idempotencyKeyMax, LIMITS.idempotencyKeyMin),
        optional(text(LIMITS.nameMax)),
        text(LIMITS.reasonMax),
        fc.boolean(),
        instant,
        async (order, account, actor, key, name, reason, pricesStand, time) => {
          const by = { account, actor, time }
          const placed = place(order, { ...by, key, pricesStand })
          const skus = [...new Set(order.lines.map(({ sku }) => sku))]
          const given = name === undefined ? {} : { name }
          const catalog = skus.flatMap((sku) => [
            put(sku, { ...by, ...given, currency: order.currency }),
            adjust(sku, LIMITS.stockDeltaMax, by),
          ])

          const { results, events } = await apply(
            ...catalog,
            placed,
            ship(placed.id, by),
            cancel(placed.id, { ...by, reason }),
          )

          expect(results.map(({ kind }) => kind)).not.toContain('retry')
          for (const { body } of events) {
            const event = JSON.parse(body) as OrderEvent
            expect(EVENT_SCHEMAS[event.type].parse(event)).toEqual(event)
          }
          const [stored] = await ledger.rows<Record<string, unknown>>(
            `select reference, customer_id, metadata, idempotency_key, placed_at, account_id, actor,
                    (select json_agg(json_build_array(sku, quantity) order by line_no) from order_lines where order_id = id) as lines,
                    (select json_build_object('email', email, 'name', name, 'language', language, 'shipTo', ship_to)
                     from order_contacts where order_id = id) as contact
             from orders where id = $1`,
            placed.id,
          )
          const { id = null, ...contact } = order.customer ?? {}
          const known = Object.keys(contact).length > 0 || order.shipTo !== undefined
          expect(stored).toEqual({
            reference: order.reference,
            customer_id: id,
            metadata: order.metadata ?? null,
            idempotency_key: key,
            placed_at: order.placedAt === undefined ? null : new Date(order.placedAt),
            account_id: account,
            actor,
            lines: order.lines.map(({ sku, quantity }) => [sku, quantity]),
            contact: known
              ? { email: null, name: null, language: null, shipTo: order.shipTo ?? null, ...contact }
              : null,
          })
        },
      ),
      { numRuns: 100 },
    )
    expect(await ledger.violations()).toEqual([])
  })

  it('holds for the largest order that there can be', async () => {
    const store = createPostgresOrderStore({ pool })
    const sku = (index: number) => `${String(index).padStart(4, '0')}${'\uffff'.repeat(LIMITS.skuMax - 4)}`
    const lines = Array.from({ length: LIMITS.linesMax }, (_, index) => ({
      sku: sku(index),
      quantity: 1,
      unitPrice: '99999999.9999',
    }))
    const order = place({ reference: 'r', currency: 'GBP', lines }, { pricesStand: true })
    const catalog = lines.flatMap(({ sku }) => [
      put(sku, { name: 'n'.repeat(LIMITS.nameMax) }),
      adjust(sku, 1),
    ])
    await store.applyAll(catalog.map((command) => ({ command })))

    const { results, events } = await store.applyAll([{ command: received(order) }])

    expect(results).toMatchObject([{ kind: 'done', outcome: 'applied', status: 'confirmed' }])
    expect(await ledger.count('order_lines where order_id = $1', order.id)).toBe(LIMITS.linesMax)
    const event = EVENT_SCHEMAS['comanda.order.confirmed.v1'].parse(JSON.parse(events[0]!.body))
    expect([event.data.total, event.data.lineCount, event.data.lines.length]).toEqual([
      '199999999999.8000',
      2_000,
      50,
    ])
    expect(Buffer.byteLength(events[0]!.body)).toBeLessThan(256 * 1024)
  })
})
