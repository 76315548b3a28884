import { describe, expect, it } from '@jest/globals'
import { fingerprint } from '@comanda/shared/identity'
import { LIMITS } from '@comanda/shared/limits'
import { COMMAND_SCHEMAS, OrderDocument, placeOrderExample, readMessage } from '@comanda/shared/messages'
import { SEND_BATCH_BYTES } from '@comanda/shared/sqs'
import Big from 'big.js'
import fc from 'fast-check'
import { groupOf, otherCommand, placeCommand } from '../src/domain/commands.js'
import { parseIdempotencyKey } from '../src/domain/idempotency-key.js'
import { statedTotalFits } from '../src/domain/money.js'
import type { Principal } from '../src/domain/principal.js'
import { timelineText } from '../src/domain/timeline-text.js'

const caller = { account: 'giftshop', actor: 'storefront' }
const principal: Principal = { ...caller, scopes: new Set(['orders:write']), group: groupOf(caller) }
const KEY = 'invoice-536365-first'
const NOW = new Date('2026-01-15T09:30:00.000Z')

describe('an idempotency key', () => {
  it.each([
    ['its bare form', KEY],
    ['its quoted form', `"${KEY}"`],
  ])('is read from %s', (_name, header) => {
    expect(parseIdempotencyKey(header)).toBe(KEY)
  })

  it('is read from a quoted form with escapes', () => {
    expect(parseIdempotencyKey('"0123456789\\"\\\\abcdef"')).toBe('0123456789"\\abcdef')
  })

  it.each([
    ['one that is too short', 'x'.repeat(15)],
    ['one that is too long', 'x'.repeat(256)],
    ['one with a blank', '0123456789 abcdef'],
    ['one with a letter beyond ASCII', '0123456789-ábcdef'],
    ['a quoted form without end', '"0123456789abcdefg'],
    ['a quoted form that is too short', `"${'x'.repeat(15)}"`],
    ['none', ''],
  ])('is not %s', (_name, header) => {
    expect(parseIdempotencyKey(header)).toBeUndefined()
  })

  it('has 16 to 255 characters', () => {
    expect(parseIdempotencyKey('x'.repeat(16))).toBeDefined()
    expect(parseIdempotencyKey('x'.repeat(255))).toBeDefined()
  })
})

describe('the stated total', () => {
  const price = fc
    .tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.option(fc.integer({ min: 0, max: 9_999 })))
    .map(([whole, part]) => (part === null ? String(whole) : `${whole}.${part}`))
  const line = fc.record({
    quantity: fc.integer({ min: 1, max: LIMITS.quantityMax }),
    unitPrice: fc.option(price, { nil: undefined }),
  })

  it('fits exactly when a decimal library says so', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const total = lines.reduce(
          (sum, { quantity, unitPrice }) => sum.plus(new Big(unitPrice ?? 0).times(quantity)),
          new Big(0),
        )

        expect(statedTotalFits(lines)).toBe(total.lt('1e12'))
      }),
      { numRuns: 500 },
    )
  })

  it('is told apart to the last ten-thousandth', () => {
    const almost = [
      { quantity: 1_000, unitPrice: '999999999.9999' },
      { quantity: 1, unitPrice: '0.0999' },
    ]

    expect(statedTotalFits(almost)).toBe(true)
    expect(statedTotalFits([...almost, { quantity: 1, unitPrice: '0.0001' }])).toBe(false)
    expect(statedTotalFits([{ quantity: 1_000_000, unitPrice: '999999999.9999' }])).toBe(false)
  })
})

describe('the command that places an order', () => {
  it('is a message that the worker reads, with the fingerprint of the order as sent', () => {
    const order: OrderDocument = {
      ...placeOrderExample.data.order,
      reference: 'Pedido ñ 😀 \u007f',
      metadata: { '10': 'a', '9': 'b' },
    }

    const command = placeCommand(principal, KEY, order, NOW, undefined)

    const read = readMessage(COMMAND_SCHEMAS, command.body)
    expect(read).toEqual({
      kind: 'message',
      message: {
        ...placeOrderExample,
        id: command.id,
        subject: command.id,
        data: { key: KEY, fingerprint: fingerprint(order), pricesStand: false, order },
      },
    })
    expect(command.body).toMatch(/^[\x20-\x7e]*$/)
    expect(command.claim).toEqual({ ...caller, key: KEY, orderId: command.id })
  })

  it('lets the prices of a caller stand who may state them', () => {
    const shop = { ...principal, scopes: new Set(['orders:write', 'orders:price'] as const) }

    const command = placeCommand(shop, KEY, placeOrderExample.data.order, NOW)

    expect(JSON.parse(command.body)).toMatchObject({ data: { pricesStand: true } })
  })

  it('has the id of the order alone: neither time nor order of keys changes it', () => {
    const { reference, currency, lines } = placeOrderExample.data.order
    const one = placeCommand(principal, KEY, { reference, currency, lines }, NOW)
    const other = placeCommand(principal, KEY, { lines, currency, reference }, new Date(0))

    expect(other.id).toBe(one.id)
  })

  it('fits into one SQS message however an order within the limits is written', () => {
    // U+007F is one byte in a request and six in a message: nothing grows more.
    const most = (length: number) => '\u007f'.repeat(length)
    const order: OrderDocument = {
      reference: most(LIMITS.referenceMax),
      currency: 'GBP',
      lines: Array.from({ length: LIMITS.linesMax }, () => ({
        sku: most(LIMITS.skuMax),
        quantity: LIMITS.quantityMax,
        unitPrice: '0.0001',
      })),
      metadata: Object.fromEntries(
        Array.from({ length: LIMITS.metadataPairs }, (_, index) => [
          most(LIMITS.metadataKeyMax - 2) + String(index).padStart(2, '0'),
          most(LIMITS.metadataValueMax),
        ]),
      ),
    }
    expect(OrderDocument.safeParse(order).success).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(order))).toBeLessThanOrEqual(LIMITS.bodyBytes)

    const { body } = placeCommand(principal, 'k'.repeat(255), order, NOW)

    expect(body.length).toBeLessThan(SEND_BATCH_BYTES - 1_000)
  })
})

describe('another command', () => {
  it.each([
    [{ type: 'comanda.order.cancel.v1', target: 'order', data: { reason: 'ordered twice' } }],
    [{ type: 'comanda.order.ship.v1', target: 'order', data: { carrier: 'DHL', trackingNumber: '1' } }],
    [{ type: 'comanda.order.deliver.v1', target: 'order', data: {} }],
    [{ type: 'comanda.product.put.v1', target: 'sku', data: { price: '1', currency: 'GBP' }, key: KEY }],
    [{ type: 'comanda.stock.adjust.v1', target: 'sku', data: { delta: -1, reason: 'ñ' }, key: KEY }],
  ] as const)('is a message that the worker reads: $type', (request) => {
    const command = otherCommand(principal, request, NOW)

    expect(readMessage(COMMAND_SCHEMAS, command.body)).toMatchObject({
      kind: 'message',
      message: { id: command.id, subject: request.target, type: request.type, data: request.data, ...caller },
    })
  })

  it('keeps its id over retries and has another under another key', () => {
    const cancel = { type: 'comanda.order.cancel.v1', target: 'order', data: {} } as const

    const first = otherCommand(principal, cancel, NOW)
    const retry = otherCommand(principal, cancel, new Date(0))
    const keyed = otherCommand(principal, { ...cancel, key: KEY }, NOW)

    expect(retry.id).toBe(first.id)
    expect(keyed.id).not.toBe(first.id)
  })
})

describe('the timeline', () => {
  const step = { version: 1, actor: 'storefront', at: NOW }

  it.each([
    [{ status: 'confirmed' }, 'The order was confirmed: every line is priced and its stock is taken.'],
    [{ status: 'rejected', reason: 'out_of_stock' }, 'The order was rejected: there is not enough stock.'],
    [{ status: 'rejected', reason: 'of a later release' }, 'The order was rejected.'],
    [{ status: 'cancelled', reason: 'ordered twice' }, 'The order was cancelled: ordered twice'],
    [{ status: 'cancelled' }, 'The order was cancelled.'],
    [{ status: 'shipped', refused: 'cancel' }, 'The order could not be cancelled: it is shipped.'],
  ] as const)('says %j in plain words', (entry, words) => {
    expect(timelineText({ ...step, ...entry })).toBe(words)
  })
})
