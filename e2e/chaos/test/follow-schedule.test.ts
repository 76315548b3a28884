import { describe, expect, it } from '@jest/globals'
import { planFaults } from '../src/faults/schedule.js'
import type { PlannedFault } from '../src/faults/schedule.js'
import { createRandom } from '../src/load/random.js'
import { followSchedule } from '../src/run/follow-schedule.js'

/** A fault of any kind, at once. */
function atOnce<Fault extends PlannedFault['fault']>(fault: Fault): PlannedFault<Fault> {
  return { ...planFaults(createRandom('one'), [fault], 60_000, 2)[0]!, atMs: 0 }
}

describe('a schedule of faults', () => {
  it('lets Postgres be away once at a time, and everything else happen meanwhile', async () => {
    const seen: string[] = []
    const meanwhile = Promise.withResolvers<undefined>()

    await followSchedule(
      [atOnce('postgres-kill'), atOnce('postgres-kill'), atOnce('kill')],
      async ({ fault }, id) => {
        seen.push(`${id} begins`)
        if (fault === 'kill') meanwhile.resolve(undefined)
        await meanwhile.promise
        seen.push(`${id} ends`)
      },
    )

    const first = seen.indexOf('mixed-0 ends')
    expect(seen.indexOf('mixed-2 begins')).toBeLessThan(first)
    expect(seen.indexOf('mixed-1 begins')).toBeGreaterThan(first)
    expect(seen).toHaveLength(6)
  })

  it('tells at the end that a fault could not happen, after those that could', async () => {
    const seen: string[] = []
    const followed = followSchedule([atOnce('stop'), atOnce('kill')], ({ fault }) => {
      if (fault === 'stop') return Promise.reject(new Error('it is gone'))
      seen.push(fault)
      return Promise.resolve()
    })

    await expect(followed).rejects.toThrow('it is gone')
    expect(seen).toEqual(['kill'])
  })
})
