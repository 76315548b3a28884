import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { setTimeout as delay } from 'node:timers/promises'
import { createLanes } from '../../src/sqs/create-lanes.js'
import type { LanesOptions, Passenger } from '../../src/sqs/lanes.js'
import { LanesClosedError, LanesFullError, LanesUnsettledError } from '../../src/sqs/lanes-error.js'
import { turns } from './turns.js'

type Trip = readonly Passenger<string, string>[]

/** Lanes whose departures end when the test says so. */
function openLanes(options: Partial<LanesOptions<string, string>> = {}) {
  const trips: { passengers: Trip; end: () => void }[] = []
  const lanes = createLanes<string, string>({
    depart: (passengers) =>
      new Promise((resolve) => {
        const end = (): void => {
          for (const passenger of passengers) passenger.settle(`sent ${passenger.item}`)
          resolve()
        }
        trips.push({ passengers, end })
      }),
    sizeOf: (item) => item.length,
    maxEntries: 3,
    maxBytes: 100,
    maxWaiting: 5,
    lanes: { min: 1, max: 1 },
    ...options,
  })
  const items = (trip: number): string[] => trips[trip]?.passengers.map(({ item }) => item) ?? []
  return { lanes, trips, items }
}

describe('lanes', () => {
  it('let a lone item leave in the same turn of the event loop', async () => {
    const { lanes, trips, items } = openLanes()

    const sent = lanes.send('a')
    await turns(1)

    expect(items(0)).toEqual(['a'])
    trips[0]?.end()
    expect(await sent).toBe('sent a')
  })

  it('let items of one turn leave together, and a full batch at once', async () => {
    const { lanes, trips, items } = openLanes({ lanes: { min: 2, max: 2 } })

    const sent = ['a', 'b', 'c', 'd'].map((item) => lanes.send(item))

    expect(items(0)).toEqual(['a', 'b', 'c'])
    expect(trips).toHaveLength(1)
    await turns(1)
    expect(items(1)).toEqual(['d'])
    for (const trip of trips) trip.end()
    expect(await Promise.all(sent)).toEqual(['sent a', 'sent b', 'sent c', 'sent d'])
  })

  it('gather what arrives while all lanes are taken', async () => {
    const { lanes, trips, items } = openLanes()
    void lanes.send('a')
    await turns(1)

    void lanes.send('b')
    await turns(3)
    void lanes.send('c')
    await turns(3)

    expect(trips).toHaveLength(1)
    expect([lanes.waiting, lanes.underWay, lanes.travelling]).toEqual([2, 1, 1])
    trips[0]?.end()
    await turns(2)
    expect(items(1)).toEqual(['b', 'c'])
    expect([lanes.waiting, lanes.underWay]).toEqual([0, 1])
    trips[1]?.end()
  })

  it('count as travelling what left less than the shortest round trip ago: the rest waits for this process', async () => {
    const { lanes, trips } = openLanes()
    const first = lanes.send('a')
    await turns(1)
    await delay(30)
    trips[0]?.end()
    await first

    void lanes.send('b')
    await turns(1)
    expect([lanes.underWay, lanes.travelling]).toEqual([1, 1])
    await delay(60)

    expect([lanes.underWay, lanes.travelling]).toEqual([1, 0])
    trips[1]?.end()
  })

  it('refuse an item when no lane is free and the waiting room is full', async () => {
    const { lanes, trips } = openLanes({ maxWaiting: 1 })
    const first = lanes.send('a')
    await turns(1)
    const second = lanes.send('b')

    await expect(lanes.send('c')).rejects.toThrow(LanesFullError)
    await expect(lanes.send('c')).rejects.toMatchObject({ code: 'lanes_full' })

    trips[0]?.end()
    await first
    await turns(2)
    trips[1]?.end()
    expect(await second).toBe('sent b')
  })

  it('refuse an item when what waits has too many bytes, however few they are', async () => {
    const { lanes, trips } = openLanes({ maxWaitingBytes: 10 })
    const first = lanes.send('a')
    await turns(1)
    const second = lanes.send('six by')

    await expect(lanes.send('seven b')).rejects.toThrow(LanesFullError)
    const third = lanes.send('four')

    trips[0]?.end()
    await turns(2)
    trips[1]?.end()
    expect(await Promise.all([first, second, third])).toEqual(['sent a', 'sent six by', 'sent four'])
  })

  it('take an item of any size while a lane is free', async () => {
    const { lanes, trips } = openLanes({ maxWaitingBytes: 1 })

    const sent = lanes.send('large')
    await turns(1)

    trips[0]?.end()
    expect(await sent).toBe('sent large')
  })

  it('need no waiting room while a lane is free', async () => {
    const { lanes, trips } = openLanes({ maxWaiting: 0 })

    const sent = [lanes.send('a'), lanes.send('b')]
    await turns(1)

    await expect(lanes.send('c')).rejects.toThrow(LanesFullError)
    trips[0]?.end()
    expect(await Promise.all(sent)).toEqual(['sent a', 'sent b'])
  })

  it('send an item larger than a batch alone', async () => {
    const { lanes, trips, items } = openLanes({ maxBytes: 4, lanes: { min: 3, max: 3 } })

    const sent = ['aa', 'too large', 'bb', 'cc'].map((item) => lanes.send(item))
    await turns(1)

    expect([items(0), items(1), items(2)]).toEqual([['aa'], ['too large'], ['bb', 'cc']])
    for (const trip of trips) trip.end()
    await Promise.all(sent)
  })

  it('settle a passenger once, whatever its departure says later', async () => {
    const { lanes } = openLanes({
      depart: ([passenger]) => {
        passenger?.settle('first')
        passenger?.settle('second')
        passenger?.fail(new Error('third'))
        return Promise.resolve()
      },
    })

    expect(await lanes.send('a')).toBe('first')
  })

  it('reject passengers that a departure forgot, and free its lane', async () => {
    let trip = 0
    const { lanes } = openLanes({
      depart: (passengers) => {
        trip += 1
        if (trip === 2) throw new Error('broken')
        if (trip === 3) return Promise.reject(new Error('broken off'))
        passengers[0]?.settle('sent')
        return Promise.resolve()
      },
    })
    const outcomes = await Promise.allSettled([lanes.send('a'), lanes.send('b')])
    const thrown = lanes.send('c')
    await expect(thrown).rejects.toThrow(LanesUnsettledError)
    await expect(lanes.send('d')).rejects.toMatchObject({
      code: 'lanes_unsettled',
      cause: new Error('broken off'),
    })

    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: 'sent' },
      { status: 'rejected', reason: { code: 'lanes_unsettled' } },
    ])
    expect(await lanes.send('e')).toBe('sent')
    await lanes.drain()
    expect(lanes.underWay).toBe(0)
  })

  it('let nothing but full batches leave beside another departure when so told', async () => {
    const { lanes, trips, items } = openLanes({ lanes: { min: 4, max: 4 }, partialLanes: 1 })
    void lanes.send('a')
    await turns(1)
    void lanes.send('b')
    await turns(2)

    expect(trips).toHaveLength(1)
    void lanes.send('c')
    void lanes.send('d')
    expect(items(1)).toEqual(['b', 'c', 'd'])
    void lanes.send('e')
    await turns(2)
    expect(trips).toHaveLength(2)
    trips[0]?.end()
    trips[1]?.end()
    await turns(2)
    expect(items(2)).toEqual(['e'])
    trips[2]?.end()
  })

  it('finish what they took and refuse the rest while draining', async () => {
    const { lanes, trips } = openLanes()
    const sent = [lanes.send('a')]
    await turns(1)
    sent.push(lanes.send('b'))
    let drained = false

    const drain = lanes.drain().then(() => (drained = true))

    await expect(lanes.send('c')).rejects.toThrow(LanesClosedError)
    await expect(lanes.send('c')).rejects.toMatchObject({ code: 'lanes_closed' })
    trips[0]?.end()
    await turns(2)
    expect(drained).toBe(false)
    trips[1]?.end()
    await drain
    expect(await Promise.all(sent)).toEqual(['sent a', 'sent b'])
    await lanes.drain()
  })

  it('drain at once when nothing is under way', async () => {
    await expect(openLanes().lanes.drain()).resolves.toBeUndefined()
  })

  it('hold their promises for any load', async () => {
    const item = fc.record({
      bytes: fc.integer({ min: 0, max: 12 }),
      gap: fc.integer({ min: 0, max: 2 }),
      fails: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 60 }),
        fc.record({
          lanes: fc.integer({ min: 1, max: 4 }),
          maxEntries: fc.integer({ min: 1, max: 5 }),
          maxBytes: fc.integer({ min: 1, max: 20 }),
          maxWaiting: fc.integer({ min: 0, max: 20 }),
          partialLanes: fc.integer({ min: 1, max: 4 }),
          duration: fc.integer({ min: 0, max: 4 }),
        }),
        async (load, { lanes: count, maxEntries, maxBytes, maxWaiting, partialLanes, duration }) => {
          let underWay = 0
          const departed: number[] = []
          const settled = new Map<number, number>()
          const lanes = createLanes<{ id: number; bytes: number; fails: boolean }, number>({
            sizeOf: ({ bytes }) => bytes,
            maxEntries,
            maxBytes,
            maxWaiting,
            partialLanes,
            lanes: { min: count, max: count },
            async depart(passengers) {
              underWay += 1
              expect(underWay).toBeLessThanOrEqual(count)
              expect(passengers.length).toBeGreaterThan(0)
              expect(passengers.length).toBeLessThanOrEqual(maxEntries)
              const bytes = passengers.reduce((sum, passenger) => sum + passenger.item.bytes, 0)
              if (passengers.length > 1) expect(bytes).toBeLessThanOrEqual(maxBytes)
              departed.push(...passengers.map((passenger) => passenger.item.id))
              await turns(duration)
              for (const passenger of passengers) {
                if (passenger.item.fails) passenger.fail(new Error(`failed ${passenger.item.id}`))
                else passenger.settle(passenger.item.id)
              }
              underWay -= 1
            },
          })
          const sends: Promise<unknown>[] = []
          const refused = new Set<number>()
          for (const [id, { bytes, gap, fails }] of load.entries()) {
            const laneWasFree = lanes.underWay < lanes.laneCount
            const roomWasFree = lanes.waiting < maxWaiting
            const count = () => settled.set(id, (settled.get(id) ?? 0) + 1)
            sends.push(
              lanes.send({ id, bytes, fails }).then(
                (result) => {
                  expect(result).toBe(id)
                  expect(fails).toBe(false)
                  count()
                },
                (error: unknown) => {
                  if (error instanceof LanesFullError) {
                    expect(roomWasFree).toBe(false)
                    expect(laneWasFree).toBe(false)
                    refused.add(id)
                  } else expect(error).toEqual(new Error(`failed ${id}`))
                  count()
                },
              ),
            )
            expect(lanes.waiting).toBeLessThanOrEqual(Math.max(maxWaiting, maxEntries))
            await turns(gap)
          }
          await lanes.drain()
          await Promise.all(sends)
          expect(departed).toEqual([...load.keys()].filter((id) => !refused.has(id)))
          expect([...settled.values()].every((times) => times === 1)).toBe(true)
          expect(settled.size).toBe(load.length)
          expect([lanes.waiting, lanes.underWay, lanes.travelling, underWay]).toEqual([0, 0, 0, 0])
        },
      ),
      { numRuns: 300 },
    )
  })
})
