import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DEFAULT_RETRIES } from '../src/options.js'
import { pauseMsAfter } from '../src/pause.js'
import { retryAfterMsOf } from '../src/retry-after.js'

const NOW = Date.parse('2026-01-15T09:30:00Z')
const asked = (retryAfter: string, date?: string) =>
  retryAfterMsOf(new Headers({ 'retry-after': retryAfter, ...(date === undefined ? {} : { date }) }), NOW)

describe('pauses', () => {
  it('lie between nothing and a ceiling that doubles up to the longest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), (attempt) => {
        const pauseMs = pauseMsAfter(attempt, DEFAULT_RETRIES)

        expect(pauseMs).toBeGreaterThanOrEqual(0)
        expect(pauseMs).toBeLessThan(Math.min(5_000, 100 * 2 ** (attempt - 1)))
      }),
    )
  })

  it('are spread over their whole range', () => {
    const pauses = Array.from({ length: 1_000 }, () => pauseMsAfter(1, DEFAULT_RETRIES))

    expect(Math.min(...pauses)).toBeLessThan(10)
    expect(Math.max(...pauses)).toBeGreaterThan(90)
  })

  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Thu, 15 Jan 2026 09:30:07 GMT', 7_000],
    ['Thu, 15 Jan 2026 09:29:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
  ])('read Retry-After: %j', (value, expected) => {
    expect(asked(value)).toBe(expected)
  })
})
