import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  canonicalJson as canonicalOfServices,
  commandId,
  eventId,
  fingerprint,
  orderId,
} from '@comanda/shared/identity'
import { canonicalJson } from '../src/checker/canonical-json.js'
import { expectedCommandId, expectedEventId, expectedOrderId, sha256Json } from '../src/checker/identity.js'

describe('the canonical JSON of the checker', () => {
  it('writes the example of RFC 8785 section 3.2.2 as the RFC does', () => {
    const input = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }

    expect(canonicalJson(input)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('sorts members by UTF-16 code units (section 3.2.3)', () => {
    const names = ['€', '\r', '\ufb33', '1', '😀', '\u0080', 'ö']

    expect(
      Object.keys(JSON.parse(canonicalJson(Object.fromEntries(names.map((name) => [name, 0]))))),
    ).toHaveLength(7)
    expect(canonicalJson(Object.fromEntries(names.map((name) => [name, 0])))).toBe(
      '{"\\r":0,"1":0,"\u0080":0,"ö":0,"€":0,"😀":0,"\ufb33":0}',
    )
  })

  it.each([
    ['half of a pair', '\ud800'],
    ['NaN', Number.NaN],
    ['a function', () => 0],
    ['undefined', undefined],
  ])('refuses %s', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  it('agrees with the canonical form of the services, though neither knows the other', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value)).toBe(canonicalOfServices(value))
      }),
      { numRuns: 2_000 },
    )
  })

  it('comes to the same ids of orders, commands and events', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.jsonValue(), (account, actor, key, order) => {
        const caller = { account, actor }
        const id = orderId(caller, key, fingerprint(order))

        expect(expectedOrderId(caller, key, sha256Json(order))).toBe(id)
        expect(expectedCommandId('comanda.order.cancel.v1', caller, id, null)).toBe(
          commandId('comanda.order.cancel.v1', caller, id),
        )
        expect(expectedEventId(id, 3)).toBe(eventId(id, 3))
      }),
    )
  })
})
