import { describe, expect, it } from '@jest/globals'
import { createPollingOrderWatch } from '../src/adapters/polling/order-watch.js'
import type { OrderRef } from '../src/domain/ports.js'
import { idOf } from './orders-for-tests.js'

const ref = (number: number): OrderRef => ({ account: 'giftshop', id: idOf(number) })

function stand(maxWaiters = 1_000) {
  const versions = new Map<string, number>()
  const rounds: string[][] = []
  let away = false
  const watch = createPollingOrderWatch({
    intervalMs: 10,
    maxWaiters,
    orders: {
      versions: async (orders) => {
        rounds.push(orders.map(({ id }) => id))
        if (away) throw new Error('away')
        return versions
      },
    },
  })
  return { watch, versions, rounds, setAway: (value: boolean) => void (away = value) }
}

describe('waiting for a change', () => {
  it('ends when the version is another', async () => {
    const { watch, versions } = stand()
    versions.set(idOf(1), 1)
    const changed = watch.changed(ref(1), 1, 20_000)

    versions.set(idOf(1), 2)

    expect(await changed).toBe(true)
    expect(watch.waiters).toBe(0)
  })

  it('waits for an order that has no row yet: that is version 0', async () => {
    const { watch, versions } = stand()
    const changed = watch.changed(ref(1), 0, 20_000)

    versions.set(idOf(1), 1)

    expect(await changed).toBe(true)
  })

  it('ends without a change when the time is over', async () => {
    const { watch } = stand()

    expect(await watch.changed(ref(1), 0, 30)).toBe(false)
  })

  it('asks once a round for all who wait, and for each order once', async () => {
    const { watch, versions, rounds } = stand()
    const waiting = [
      watch.changed(ref(1), 0, 20_000),
      watch.changed(ref(1), 0, 20_000),
      watch.changed(ref(2), 0, 20_000),
    ]
    versions.set(idOf(1), 1)
    versions.set(idOf(2), 1)

    await Promise.all(waiting)

    expect(rounds).toEqual([[idOf(1), idOf(2)]])
  })

  it('goes on while the store is away, and still ends in time', async () => {
    const { watch, rounds, setAway } = stand()
    setAway(true)

    expect(await watch.changed(ref(1), 0, 50)).toBe(false)
    expect(rounds.length).toBeGreaterThan(1)
  })

  it('answers at once when too many wait', async () => {
    const { watch } = stand(1)
    const first = watch.changed(ref(1), 0, 20_000)

    expect(await watch.changed(ref(2), 0, 20_000)).toBe(false)
    expect(watch.waiters).toBe(1)
    watch.stop()
    await first
  })

  it('answers everyone at once on a drain, and nobody waits after it', async () => {
    const { watch } = stand()
    const first = watch.changed(ref(1), 0, 20_000)

    watch.stop()

    expect(await first).toBe(false)
    expect(await watch.changed(ref(1), 0, 20_000)).toBe(false)
  })
})
