import { describe, expect, it } from '@jest/globals'
import { memoryTrend } from '../src/measure/memory-trend.js'
import { interleave } from '../src/measure/rounds.js'
import { UsageError, readOptions } from '../src/options.js'
import { SEARCH_STEP, highestRate } from '../src/suites/rate-search.js'

describe('the order of the runs', () => {
  it('interleaves the variants and goes backwards every other time', () => {
    const order = interleave(['a', 'b', 'c'], 3).map(({ variant, repetition }) => `${variant}${repetition}`)

    expect(order).toEqual(['a0', 'b0', 'c0', 'c1', 'b1', 'a1', 'a2', 'b2', 'c2'])
  })
})

describe('the search for the highest rate', () => {
  const searchUpTo = async (limit: number) => {
    const tried: number[] = []
    const found = await highestRate(400, 1_000, (rate) => {
      tried.push(rate)
      return Promise.resolve(rate <= limit)
    })
    return { found, tried }
  }

  it('comes within one step of the rate that just holds', async () => {
    const { found, tried } = await searchUpTo(730)

    expect(found).toBeLessThanOrEqual(730)
    expect(found).toBeGreaterThan(730 - SEARCH_STEP)
    expect(tried.length).toBeLessThan(9)
  })

  it('stops at either end', async () => {
    expect(await searchUpTo(100)).toEqual({ found: 0, tried: [400] })
    expect(await searchUpTo(5_000)).toEqual({ found: 1_000, tried: [400, 1_000] })
  })
})

describe('the memory trend', () => {
  it('takes growth from the second half, when everything is warm', () => {
    const samples = Array.from({ length: 100 }, (_, index) => ({
      orders: index * 1_000,
      mib: index < 50 ? 60 + index : 110 + (index - 50) * 0.02,
    }))

    const { maxMiB, earlyMiB, growthMiBPer100k } = memoryTrend(samples)

    expect(growthMiBPer100k).toBeCloseTo(2)
    expect(earlyMiB).toBeCloseTo(69.5)
    expect(maxMiB).toBeCloseTo(110.98)
  })
})

describe('the command line', () => {
  it('measures everything but memory unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({
      suites: ['api', 'pipeline', 'drain'],
      repetitions: 3,
      seconds: 5,
    })
    expect(readOptions(['all'])?.suites).toEqual(['api', 'pipeline', 'drain'])
    expect(readOptions(['memory', '--memory-orders', '1000'])).toMatchObject({
      suites: ['memory'],
      memoryOrders: 1_000,
    })
  })

  it('takes repetitions, seconds and a folder', () => {
    expect(readOptions(['api', '--repetitions', '1', '--seconds', '0.5', '--out', 'x'])).toMatchObject({
      suites: ['api'],
      repetitions: 1,
      seconds: 0.5,
      out: 'x',
    })
    expect(readOptions(['--help'])).toBeUndefined()
  })

  it.each([
    [['nothing']],
    [['api', 'drain']],
    [['--repetitions', '0']],
    [['--repetitions', '1.5']],
    [['--seconds', 'x']],
    [['--fast']],
  ])('says what is wrong with %j', (args) => {
    expect(() => readOptions(args)).toThrow(UsageError)
  })
})
