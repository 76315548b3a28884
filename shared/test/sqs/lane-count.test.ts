import { describe, expect, it } from '@jest/globals'
import { createLaneCount } from '../../src/sqs/lane-count.js'

const SECOND = 1_000

describe('the count of lanes', () => {
  const bounds = { min: 2, max: 32, maxEntries: 10 }

  it('starts with the fewest', () => {
    expect(createLaneCount(bounds).current).toBe(2)
  })

  it('is the round trip in milliseconds for ten entries a call', () => {
    const count = createLaneCount(bounds)

    count.observe(20, SECOND)

    expect(count.current).toBe(20)
  })

  it('stays between its bounds', () => {
    const count = createLaneCount(bounds)
    count.observe(900, SECOND)
    expect(count.current).toBe(32)

    count.observe(0.4, 2 * SECOND)

    expect(count.current).toBe(2)
  })

  it('does not grow with waits of a busy process', () => {
    const count = createLaneCount(bounds)
    count.observe(5, SECOND)

    for (let i = 0; i < 100; i += 1) count.observe(80, 2 * SECOND + i)

    expect(count.current).toBe(5)
  })

  it('follows a queue that has become slower within two windows', () => {
    const count = createLaneCount(bounds)
    count.observe(5, SECOND)

    for (let at = 2; at <= 25; at += 1) count.observe(18, at * SECOND)

    expect(count.current).toBe(18)
  })

  it('forgets everything after a long silence', () => {
    const count = createLaneCount(bounds)
    count.observe(3, SECOND)

    count.observe(12, 60 * SECOND)

    expect(count.current).toBe(12)
  })

  it('is fixed where both bounds are equal', () => {
    const count = createLaneCount({ min: 4, max: 4, maxEntries: 10 })

    count.observe(20, SECOND)

    expect(count.current).toBe(4)
  })
})
