import { describe, expect, it } from '@jest/globals'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { canonicalJson } from '../src/canonical-json.js'

describe('canonical JSON', () => {
  it('is what the reference implementation of RFC 8785 writes', () => {
    const json = fc.jsonValue({ stringUnit: 'binary' })

    fc.assert(
      fc.property(json, (value) => {
        const parsed: unknown = JSON.parse(JSON.stringify(value))

        expect(canonicalJson(parsed)).toBe(canonicalize(parsed))
      }),
      { numRuns: 1_000 },
    )
  })

  it('sorts keys by code unit, also whole numbers and __proto__', () => {
    const parsed: unknown = JSON.parse(
      '{"b":{"10":1,"9":2},"a":1,"__proto__":{"z":1,"y":2},"€":"x","😀":"y"}',
    )

    expect(canonicalJson(parsed)).toBe(
      '{"__proto__":{"y":2,"z":1},"a":1,"b":{"10":1,"9":2},"€":"x","😀":"y"}',
    )
  })

  it('keeps a text that speaks of surrogates and refuses half of a pair', () => {
    expect(canonicalJson({ text: '\\ud800' })).toBe('{"text":"\\\\ud800"}')
    expect(() => canonicalJson({ text: '\ud800' })).toThrow()
    expect(() => canonicalJson(undefined)).toThrow(TypeError)
    expect(() => canonicalJson([Infinity])).toThrow()
  })

  it('leaves its argument as it is', () => {
    const order = { b: [{ d: 1, c: 2 }], a: 1 }

    canonicalJson(order)

    expect(Object.keys(order)).toEqual(['b', 'a'])
    expect(Object.keys(order.b[0]!)).toEqual(['d', 'c'])
  })
})
