import { describe, expect, it } from '@jest/globals'
import { messageId } from '../src/domain/message-id.js'
import { createOutageGate } from '../src/domain/outage-gate.js'
import { RETRY_DELAYS_SECONDS, retryDelaySeconds } from '../src/domain/retry-schedule.js'

describe('the Message-ID', () => {
  it('is made of the event and the domain of the sender alone', () => {
    const id = messageId('7c2e9b40-53d1-8a6f-b2c8-1d0e9f8a7b6c', 'orders@giftshop.example')

    expect(id).toBe('<7c2e9b40-53d1-8a6f-b2c8-1d0e9f8a7b6c@giftshop.example>')
  })
})

describe('the retry schedule', () => {
  it('grows from seconds to hours, three days in all, and then ends', () => {
    const total = RETRY_DELAYS_SECONDS.reduce((sum, delay) => sum + delay, 0)

    expect([...RETRY_DELAYS_SECONDS]).toEqual(RETRY_DELAYS_SECONDS.toSorted((a, b) => a - b))
    expect(total / 86_400).toBeGreaterThan(2.9)
    expect(total / 86_400).toBeLessThan(3.1)
    expect(retryDelaySeconds(RETRY_DELAYS_SECONDS.length, 0.5)).toBeDefined()
    expect(retryDelaySeconds(RETRY_DELAYS_SECONDS.length + 1, 0.5)).toBeUndefined()
  })

  it('spreads each delay by a fifth to both sides', () => {
    expect(retryDelaySeconds(1, 0)).toBeCloseTo(4)
    expect(retryDelaySeconds(1, 0.5)).toBeCloseTo(5)
    expect(retryDelaySeconds(1, 1)).toBeCloseTo(6)
  })
})

describe('the outage gate', () => {
  const open = () => createOutageGate({ threshold: 3, firstPauseMs: 1_000, maxPauseMs: 4_000 })

  it('stays open while answers come in between', () => {
    const gate = open()

    for (let round = 0; round < 10; round += 1) {
      gate.noAnswer(0)
      gate.noAnswer(0)
      gate.answered()
    }

    expect(gate.state(0)).toBe('open')
  })

  it('shuts after three attempts in a row without an answer, then lets one through', () => {
    const gate = open()

    for (let failure = 0; failure < 3; failure += 1) gate.noAnswer(100)

    expect(gate.state(1_099)).toBe('shut')
    expect(gate.state(1_100)).toBe('probe')
  })

  it('doubles the pause for each probe that is not answered, up to a limit', () => {
    const gate = open()
    const pauses: number[] = []
    let now = 0
    for (let failure = 0; failure < 3; failure += 1) gate.noAnswer(now)

    for (let probe = 0; probe < 4; probe += 1) {
      const shutAt = now
      while (gate.state(now) === 'shut') now += 100
      pauses.push(now - shutAt)
      gate.noAnswer(now)
    }

    expect(pauses).toEqual([1_000, 2_000, 4_000, 4_000])
  })

  it('takes failures of attempts that were under way when it shut for no news', () => {
    const gate = open()

    for (let failure = 0; failure < 20; failure += 1) gate.noAnswer(0)

    expect(gate.state(1_000)).toBe('probe')
  })

  it('opens with the first answer and forgets the outage', () => {
    const gate = open()
    for (let failure = 0; failure < 3; failure += 1) gate.noAnswer(0)

    gate.answered()
    gate.noAnswer(0)

    expect(gate.state(0)).toBe('open')
  })
})
