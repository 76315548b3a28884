import { describe, expect, it } from '@jest/globals'
import { FIRST_LOOK_MS, SECOND_LOOK_MS, createLossDetector } from '../src/domain/loss-detector.js'
import type { OrderRef } from '../src/domain/ports.js'
import { idOf } from './orders-for-tests.js'

const ref = (number: number): OrderRef => ({ account: 'giftshop', id: idOf(number) })

function stand() {
  const versions = new Map<string, number>()
  const asked: string[][] = []
  let away = false
  const named: OrderRef[] = []
  const reader = {
    versions: async (orders: readonly OrderRef[]) => {
      if (away) throw new Error('away')
      asked.push(orders.map(({ id }) => id))
      return versions
    },
  }
  const detector = createLossDetector(reader, ({ account, id }) => void named.push({ account, id }))
  return { detector, versions, asked, named, setAway: (value: boolean) => void (away = value) }
}

describe('the loss detector', () => {
  it('is content with an order that arrives', async () => {
    const { detector, versions, asked } = stand()
    detector.accepted(ref(1), 0)
    versions.set(idOf(1), 1)

    await detector.round(FIRST_LOOK_MS)
    await detector.round(SECOND_LOOK_MS)

    expect(detector.missing).toEqual({ young: 0, old: 0 })
    expect(asked).toEqual([[idOf(1)]])
  })

  it('looks for all that are due with one query, and not before they are', async () => {
    const { detector, asked } = stand()
    for (let second = 0; second < 3; second += 1) detector.accepted(ref(second), second * 1_000)

    await detector.round(FIRST_LOOK_MS - 1)
    await detector.round(FIRST_LOOK_MS + 1_000)

    expect(asked).toEqual([[idOf(0), idOf(1)]])
    expect(detector.missing).toEqual({ young: 2, old: 0 })
  })

  it('calls an order lost after fifteen minutes, until it comes', async () => {
    const { detector, versions } = stand()
    detector.accepted(ref(1), 0)

    await detector.round(SECOND_LOOK_MS)
    expect(detector.missing).toEqual({ young: 0, old: 1 })

    versions.set(idOf(1), 1)
    await detector.round(SECOND_LOOK_MS + 5_000)
    expect(detector.missing).toEqual({ young: 0, old: 0 })
  })

  it('names an order once, when it begins to count as lost', async () => {
    const { detector, named } = stand()
    detector.accepted(ref(1), 0)

    await detector.round(FIRST_LOOK_MS)
    expect(named).toEqual([])
    await detector.round(SECOND_LOOK_MS)
    await detector.round(SECOND_LOOK_MS + 5_000)

    expect(named).toEqual([ref(1)])
  })

  it('does not take the tombstone of a cancel for the order', async () => {
    const { detector, versions } = stand()
    detector.accepted(ref(1), 0)
    versions.set(idOf(1), 0)

    await detector.round(SECOND_LOOK_MS)

    expect(detector.missing.old).toBe(1)
  })

  it('forgets nothing while the store is away', async () => {
    const { detector, setAway } = stand()
    detector.accepted(ref(1), 0)
    setAway(true)
    await expect(detector.round(SECOND_LOOK_MS)).rejects.toThrow('away')
    setAway(false)

    await detector.round(SECOND_LOOK_MS)

    expect(detector.missing.old).toBe(1)
  })

  it('keeps a bounded sample: one a second', async () => {
    const { detector, asked } = stand()
    for (let ms = 0; ms < 10_000_000; ms += 100) detector.accepted(ref(ms), ms)

    await detector.round(10_000_000 + FIRST_LOOK_MS)

    expect(asked[0]!.length).toBe(1_000)
  })
})
