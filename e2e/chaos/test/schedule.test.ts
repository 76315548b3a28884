import { describe, expect, it } from '@jest/globals'
import { MOMENT_FAULTS } from '../src/faults/fault-names.js'
import { planFaults } from '../src/faults/schedule.js'
import { createRandom } from '../src/load/random.js'

const plan = (seed: string, durationMs = 60_000) =>
  planFaults(createRandom(seed), MOMENT_FAULTS, durationMs, 2)

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(plan('one')).toEqual(plan('one'))
    expect(plan('one')).not.toEqual(plan('other'))
  })

  it('has every fault that was asked for', () => {
    expect(new Set(plan('one').map(({ fault }) => fault))).toEqual(new Set(MOMENT_FAULTS))
  })

  it('stops processes for longer than what they hold is theirs: messages, and the mails of notifier', () => {
    const stops = plan('one', 600_000).filter(({ fault }) => fault === 'stop')

    expect(stops.length).toBeGreaterThan(0)
    for (const { service, ms } of stops) expect(ms).toBeGreaterThan(service === 'notifier' ? 15_000 : 6_000)
  })
})
