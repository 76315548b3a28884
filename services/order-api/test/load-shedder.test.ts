import { describe, expect, it } from '@jest/globals'
import type { RequestKind } from '../src/adapters/http/account-limits.js'
import { createLoadShedder } from '../src/adapters/http/load-shedder.js'

/** A shedder of at most 10 under way, with a patience of 100 ms, over a loop whose time passes by what is done in it. */
function stand() {
  let now = 0
  let idleMs = 0
  let waiting = 0
  const shedder = createLoadShedder({
    maxUnderWay: 10,
    patienceMs: 100,
    waiting: { reads: () => waiting, writes: () => 0 },
    loop: { now: () => now, idleMs: () => idleMs },
  })
  return {
    /** Waits for something to do. */
    idle: (ms: number): void => {
      now += ms
      idleMs += ms
    },
    /** Works on what it has, and looks at the clock now and then. */
    work: (ms: number): void => {
      for (let worked = 0; worked < ms; worked += 50) {
        now += 50
        shedder.admits('writes')
      }
    },
    /** So many requests come, a millisecond each where they are admitted; tells how many were. */
    come: (requests: number, kind: RequestKind = 'writes'): number => {
      let admitted = 0
      for (let request = 0; request < requests; request++)
        if (shedder.admits(kind)) {
          admitted++
          shedder.enter(kind)
          now += 1
        }
      return admitted
    },
    answer: (requests: number): void => {
      for (let request = 0; request < requests; request++) shedder.leave('writes')
    },
    wait: (requests: number): void => {
      waiting = requests
    },
  }
}

describe('shedding load', () => {
  it('admits a burst', () => {
    const { come } = stand()

    expect(come(90)).toBe(90)
  })

  it('admits whatever number is under way while the loop gets to wait: that the queue is slow is no overload', () => {
    const { come, idle } = stand()

    for (let round = 0; round < 20; round++) {
      expect(come(90)).toBe(90)
      idle(10)
    }
  })

  it('admits as many as keep a busy loop at work, and sheds the rest', () => {
    const { come, work } = stand()
    work(200)

    expect(come(1_000)).toBe(10)
  })

  it('admits orders while the places of reads are taken, and reads while those of orders are', () => {
    const { come, work } = stand()
    work(200)

    expect([come(100, 'reads'), come(100), come(100, 'reads')]).toEqual([10, 10, 0])
  })

  it('sheds nothing after one pause that is as long as its patience', () => {
    const { come, work, idle } = stand()
    idle(50)
    work(100)
    idle(50)

    expect(come(50)).toBe(50)
  })

  it('admits one for each that is answered', () => {
    const { come, work, answer } = stand()
    work(200)
    come(1_000)
    answer(3)

    expect(come(1_000)).toBe(3)
  })

  it('sheds in the middle of a burst that lasts for longer than its patience', () => {
    const { come } = stand()

    expect(come(1_000)).toBe(200)
  })

  it('goes on shedding where the loop waits for a moment only, as between the floods of clients that wait for each other', () => {
    const { come, work, idle, answer } = stand()
    work(200)

    for (let round = 0; round < 10; round++) {
      expect(come(1_000)).toBe(10)
      work(100)
      answer(10)
      idle(15)
    }
  })

  it('does not count requests that wait for a change', () => {
    const { come, work, wait } = stand()
    come(50, 'reads')
    wait(48)
    work(200)

    expect(come(1_000, 'reads')).toBe(8)
  })

  it('admits everything again once the loop gets to wait', () => {
    const { come, work, idle } = stand()
    work(200)
    come(1_000)
    idle(100)

    expect(come(50)).toBe(50)
  })
})
