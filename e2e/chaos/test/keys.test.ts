import { describe, expect, it } from '@jest/globals'
import { keyOf } from '../src/load/keys.js'

/** As documented for the header. */
const LEAST_CHARACTERS = 16

describe('the keys of the load', () => {
  it('are long enough to be taken, however short the seed is', () => {
    const keys = [keyOf('1', 1), keyOf('q1', 9), keyOf('ci', 123_456_789)]

    expect(keys.map(({ length }) => length >= LEAST_CHARACTERS)).toEqual([true, true, true])
    expect(new Set(keys).size).toBe(3)
  })
})
