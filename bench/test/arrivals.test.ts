import { describe, expect, it } from '@jest/globals'
import { poissonSchedule, seededRandom } from '../src/measure/arrivals.js'

describe('the Poisson schedule', () => {
  const schedule = poissonSchedule({ ratePerSecond: 500, count: 20_000, seed: 7 })

  it('is the same for the same seed and another for another', () => {
    expect(poissonSchedule({ ratePerSecond: 500, count: 20_000, seed: 7 })).toEqual(schedule)
    expect(poissonSchedule({ ratePerSecond: 500, count: 20_000, seed: 8 })).not.toEqual(schedule)
  })

  it('only goes forward', () => {
    for (let index = 1; index < schedule.length; index++)
      expect(schedule[index]!).toBeGreaterThan(schedule[index - 1]!)
  })

  it('offers the rate that was asked for', () => {
    const ratePerSecond = schedule.length / (schedule.at(-1)! / 1_000)

    // 20,000 arrivals: a standard deviation of 0.7 %.
    expect(ratePerSecond).toBeGreaterThan(485)
    expect(ratePerSecond).toBeLessThan(515)
  })

  it('has the gaps of independent customers, bursts and pauses included', () => {
    const gaps = [...schedule].map((at, index) => at - (schedule[index - 1] ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)

    // Exponential gaps: the deviation equals the mean, and a share of 1/e is longer than the mean.
    expect(deviation / mean).toBeCloseTo(1, 1)
    expect(gaps.filter((gap) => gap > mean).length / gaps.length).toBeCloseTo(1 / Math.E, 1)
  })

  it('draws from [0, 1) only', () => {
    const random = seededRandom(3)

    for (let draw = 0; draw < 10_000; draw++) {
      const value = random()
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(1)
    }
  })
})
