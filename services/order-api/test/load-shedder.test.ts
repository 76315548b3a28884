import { describe, expect, it } from '@jest/globals'
import { createLoadShedder } from '../src/adapters/http/load-shedder.js'

/** A shedder over a loop whose time passes by what is done in it: budget 10 ms a turn, patience 100 ms. */
function stand() {
  let now = 0
  let idleMs = 0
  let underWay = 1_000
  const endOfTurn: (() => void)[] = []
  const shedder = createLoadShedder({
    turnBudgetMs: 10,
    patienceMs: 100,
    underWay: () => underWay,
    fewUnderWay: 30,
    loop: {
      now: () => now,
      idleMs: () => idleMs,
      atEndOfTurn: (callback) => void endOfTurn.push(callback),
    },
  })
  return {
    /** So many requests are being worked on. */
    busyWith: (requests: number): void => {
      underWay = requests
    },
    /** Waits for something to do. */
    idle: (ms: number): void => {
      now += ms
      idleMs += ms
    },
    /** One turn with so many requests ready, and other work after them; tells how many were admitted. */
    turn: (requests: number, { msEach = 1, thenMs = 0 } = {}): number => {
      let admitted = 0
      for (let request = 0; request < requests; request++)
        if (shedder.admits()) {
          admitted++
          now += msEach
        }
      now += thenMs
      for (const end of endOfTurn.splice(0)) end()
      return admitted
    },
  }
}

describe('shedding load', () => {
  it('admits a burst, and all that comes while the loop gets to wait now and then', () => {
    const { turn, idle } = stand()

    for (let round = 0; round < 100; round++) {
      expect(turn(90)).toBe(90)
      idle(0.1)
    }
  })

  it('admits requests that take longer than the budget, as long as the loop gets to wait', () => {
    const { turn, idle } = stand()

    for (let round = 0; round < 100; round++) {
      expect(turn(3, { msEach: 25 })).toBe(3)
      idle(1)
    }
  })

  it('works for its budget in each turn and sheds the rest, once the loop never waits', () => {
    const { turn } = stand()
    for (let round = 0; round < 11; round++) turn(10)

    expect(turn(1_000)).toBe(11)
    expect(turn(1_000)).toBe(10)
  })

  it('sheds in the middle of a turn too', () => {
    const { turn } = stand()

    expect(turn(1_000)).toBe(101)
  })

  it('admits less while the rest of a turn takes longer than its budget, and more again afterwards', () => {
    const { turn } = stand()
    turn(101)
    const dear = Array.from({ length: 20 }, () => turn(1_000, { thenMs: 15 }))
    const cheap = Array.from({ length: 40 }, () => turn(1_000))

    expect(dear.at(-1)).toBeLessThanOrEqual(2)
    expect(cheap.at(-1)).toBeGreaterThanOrEqual(10)
  })

  it('takes the first burst of a process that is still slow, as long as only few are under way', () => {
    const { turn, busyWith } = stand()
    busyWith(29)
    expect(turn(29, { msEach: 20 })).toBe(29)

    busyWith(30)
    expect(turn(29, { msEach: 20 })).toBe(1)
  })

  it('takes one request in each turn, whatever it costs', () => {
    const { turn } = stand()
    turn(101)

    for (let round = 0; round < 5; round++) expect(turn(2, { msEach: 30 })).toBe(1)
  })

  it('admits everything again once the loop got to wait', () => {
    const { turn, idle } = stand()
    turn(1_000)
    expect(turn(1_000)).toBeLessThanOrEqual(11)
    idle(0.1)

    expect(turn(90)).toBe(90)
  })
})
