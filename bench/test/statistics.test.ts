import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { median, quantile, quantiles, ratioOfMedians, slope, spread } from '../src/measure/statistics.js'

describe('statistics', () => {
  it('takes the middle value, or the mean of the middle two', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNaN()
  })

  it('publishes the ratio of the medians, which one lucky repetition does not move', () => {
    expect(ratioOfMedians([300, 310, 9_000], [100, 1, 110])).toBe(3.1)
  })

  it('shows the whole spread of the repetitions', () => {
    expect(spread([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 })
  })

  it('ranks without inventing values between two that were measured', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1)

    expect(quantile(hundred, 0.5)).toBe(50)
    expect(quantile(hundred, 0.99)).toBe(99)
    expect(quantile(hundred, 0.999)).toBe(100)
    expect(quantile([7], 0.01)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })

  it('finds for every quantile a value that the promised share does not exceed', () => {
    const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(values, (latencies) => {
        const { p50, p99, max, count } = quantiles(latencies)

        expect(count).toBe(latencies.length)
        expect(latencies.filter((latency) => latency <= p50).length).toBeGreaterThanOrEqual(count * 0.5)
        expect(latencies.filter((latency) => latency <= p99).length).toBeGreaterThanOrEqual(count * 0.99)
        expect(latencies).toContain(p99)
        expect(max).toBe(Math.max(...latencies))
      }),
    )
  })

  it('finds the slope of a line and none in a single point', () => {
    expect(
      slope([
        [0, 10],
        [1, 12],
        [2, 14],
      ]),
    ).toBeCloseTo(2)
    expect(slope([[5, 10]])).toBe(0)
    expect(
      slope([
        [5, 10],
        [5, 20],
      ]),
    ).toBe(0)
  })
})
