import { describe, expect, it } from '@jest/globals'
import { londonInstant } from '../../src/retail/london-time.js'

describe('londonInstant', () => {
  it.each([
    ['2010-12-01 08:26:00', '2010-12-01T08:26:00+00:00'],
    ['2011-03-26 17:00:00', '2011-03-26T17:00:00+00:00'],
    ['2011-03-27 10:00:00', '2011-03-27T10:00:00+01:00'],
    ['2011-07-01 12:30:00', '2011-07-01T12:30:00+01:00'],
    ['2011-10-30 10:00:00', '2011-10-30T10:00:00+00:00'],
  ])('puts the offset that was in force to %s', (local, instant) => {
    expect(londonInstant(local)).toBe(instant)
  })
})
