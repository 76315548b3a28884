import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import * as messages from '../src/messages/index.js'
import {
  COMMAND_SCHEMAS,
  EVENT_SCHEMAS,
  OrderDocument,
  UnitPrice,
  asciiJson,
  readMessage,
} from '../src/messages/index.js'

const SCHEMAS = { ...COMMAND_SCHEMAS, ...EVENT_SCHEMAS }
const examples = Object.entries(messages).filter(
  ([name]) => name.endsWith('Example') && name !== 'orderSnapshotExample',
)

describe('messages', () => {
  it('have one example each, which its own schema reads', () => {
    expect(examples).toHaveLength(Object.keys(SCHEMAS).length)
    for (const [, example] of examples) {
      expect(readMessage(SCHEMAS, asciiJson(example))).toEqual({ kind: 'message', message: example })
    }
  })

  it('travel as ASCII that parses to the same value, whatever the text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const travelled = asciiJson(value)
        expect(travelled).toMatch(/^[\x20-\x7e]*$/)
        expect(JSON.parse(travelled)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})

describe('readMessage', () => {
  const body = JSON.stringify(messages.cancelOrderExample)

  it('calls a body that is not JSON broken', () => {
    expect(readMessage(COMMAND_SCHEMAS, '{"id":').kind).toBe('broken')
  })

  it.each(['[]', 'null', '"text"', '{}', '{"type":7}', '{"type":"toString"}'])(
    'does not know %s, so it is kept',
    (unknown) => {
      expect(readMessage(COMMAND_SCHEMAS, unknown).kind).toBe('unknown')
    },
  )

  it('does not know a newer version of a type, so a later release can read it', () => {
    const newer = body.replace('comanda.order.cancel.v1', 'comanda.order.cancel.v2')

    expect(readMessage(COMMAND_SCHEMAS, newer)).toEqual({ kind: 'unknown', type: 'comanda.order.cancel.v2' })
  })

  it('names the place and the rule of a violation, never the value', () => {
    const read = readMessage(COMMAND_SCHEMAS, body.replace('giftshop', 'secret'.repeat(20)))

    expect(read.kind).toBe('invalid')
    expect(read).toMatchObject({ reason: expect.stringContaining('/account') })
    expect((read as { reason: string }).reason).not.toContain('secret')
  })

  it('ignores attributes that a later release may add', () => {
    const later = JSON.stringify({ ...messages.cancelOrderExample, priority: 'high' })

    expect(readMessage(COMMAND_SCHEMAS, later)).toEqual({
      kind: 'message',
      message: messages.cancelOrderExample,
    })
  })
})

describe('OrderDocument', () => {
  const order = messages.placeOrderExample.data.order
  const accepts = (change: object) => OrderDocument.safeParse({ ...order, ...change }).success
  const acceptsLine = (change: object) => accepts({ lines: [{ ...order.lines[0], ...change }] })

  it('takes the same SKU on several lines and 2,000 lines at most', () => {
    expect(accepts({ lines: Array(2_000).fill(order.lines[0]) })).toBe(true)
    expect(accepts({ lines: Array(2_001).fill(order.lines[0]) })).toBe(false)
    expect(accepts({ lines: [] })).toBe(false)
  })

  it.each([0, -1, 1.5, 1_000_001, 2 ** 53, '1', null])('refuses the quantity %p', (quantity) => {
    expect(acceptsLine({ quantity })).toBe(false)
  })

  it.each(['0', '0.0001', '2.5', '999999999.9999'])('takes the price %s', (unitPrice) => {
    expect(UnitPrice.safeParse(unitPrice).success).toBe(true)
  })

  it.each(['1e3', '-1', '100000000000000000000', '1.00001', '01', '.5', '5.', '', ' 1', 'NaN', 2.5])(
    'refuses the price %p',
    (unitPrice) => {
      expect(acceptsLine({ unitPrice })).toBe(false)
    },
  )

  it.each([
    ['an unknown property', { coupon: 'X' }],
    ['a NUL', { reference: 'a\u0000b' }],
    ['half a surrogate pair', { reference: 'a\ud800' }],
    ['a long reference', { reference: 'x'.repeat(65) }],
    ['an unknown currency', { currency: 'ABC' }],
    ['a country that is none', { shipTo: { country: 'ZZ' } }],
    ['an address of two lines', { customer: { email: 'a@shop.example\r\nBcc: b@shop.example' } }],
    ['a language that is none', { customer: { language: 'english please' } }],
    ['an instant without offset', { placedAt: '2026-01-15T09:30:00' }],
    ['an address whose label ends in a hyphen', { customer: { email: 'a@shop-.example' } }],
    ['65 characters before the @', { customer: { email: `${'a'.repeat(65)}@shop.example` } }],
    ['a long reference of pairs', { reference: '\u{1F4E6}'.repeat(65) }],
    ['the 29th of February of a common year', { placedAt: '2100-02-29T00:00:00Z' }],
    ['an instant in the year 3000', { placedAt: '3000-01-01T00:00:00Z' }],
    ['an instant before 1970', { placedAt: '0000-01-01T00:00:00Z' }],
    [
      '21 pairs of metadata',
      { metadata: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, 'v'])) },
    ],
    ['metadata that is not text', { metadata: { gift: true } }],
  ])('refuses %s', (_, change) => {
    expect(accepts(change)).toBe(false)
  })

  it.each([
    ['64 characters that are surrogate pairs, as JSON Schema counts', { reference: '\u{1F4E6}'.repeat(64) }],
    ['a leap day', { placedAt: '2000-02-29T23:59:59.123+05:30' }],
    ['64 characters before the @', { customer: { email: `${'a'.repeat(64)}@shop.example` } }],
  ])('takes %s', (_, change) => {
    expect(accepts(change)).toBe(true)
  })
})
