import { createLaneCount } from './lane-count.js'
import { LanesClosedError, LanesFullError, LanesUnsettledError } from './lanes-error.js'
import type { Lanes, LanesOptions, Passenger } from './lanes.js'

/** A passenger and its place in the waiting room, which is a list through `next`: O(1) at both ends, no copies. */
class Boarded<Item, Result> implements Passenger<Item, Result> {
  readonly item: Item
  readonly bytes: number
  readonly boardedAt: number
  next: Boarded<Item, Result> | undefined = undefined
  state: 'open' | 'settled' | 'failed' = 'open'
  readonly #resolve: (result: Result) => void
  readonly #reject: (error: Error) => void

  constructor(item: Item, bytes: number, resolve: (result: Result) => void, reject: (error: Error) => void) {
    this.item = item
    this.bytes = bytes
    this.boardedAt = performance.now()
    this.#resolve = resolve
    this.#reject = reject
  }

  settle(result: Result): void {
    if (this.state !== 'open') return
    this.state = 'settled'
    this.#resolve(result)
  }

  fail(error: Error): void {
    if (this.state !== 'open') return
    this.state = 'failed'
    this.#reject(error)
  }
}

/**
 * Creates lanes. A full batch leaves the moment it is full; a smaller one at the end of the current turn of the event
 * loop (`setImmediate`), so that everything which arrived in the same turn leaves together. That costs a lone caller
 * nothing and saves the calls of a burst. Items leave in the order in which they were sent.
 */
export function createLanes<Item, Result>(options: LanesOptions<Item, Result>): Lanes<Item, Result> {
  const { depart, sizeOf, maxEntries, maxBytes, maxWaiting } = options
  const laneCount = createLaneCount({ ...options.lanes, maxEntries })
  const { partialLanes = Infinity, maxWaitingBytes = Infinity } = options
  let head: Boarded<Item, Result> | undefined
  let tail: Boarded<Item, Result> | undefined
  let waiting = 0
  let waitingBytes = 0
  const travels = new Set<{ readonly departedAt: number; readonly items: number }>()
  let turnEndAwaited = false
  let drained: PromiseWithResolvers<void> | undefined

  const laneIsFree = (): boolean => travels.size < laneCount.current
  const partialMayLeave = (): boolean => laneIsFree() && travels.size < partialLanes
  const batchIsFull = (): boolean => waiting >= maxEntries || waitingBytes >= maxBytes

  function send(item: Item): Promise<Result> {
    if (drained !== undefined) return Promise.reject(new LanesClosedError())
    const bytes = sizeOf(item)
    // While a lane is free, what waits is less than a full batch: it needs no room.
    if (!laneIsFree() && (waiting >= maxWaiting || waitingBytes + bytes > maxWaitingBytes))
      return Promise.reject(new LanesFullError())
    return new Promise((resolve, reject) => {
      board(new Boarded(item, bytes, resolve, reject))
      departFull()
    })
  }

  function board(passenger: Boarded<Item, Result>): void {
    if (tail === undefined) head = passenger
    else tail.next = passenger
    tail = passenger
    waiting += 1
    waitingBytes += passenger.bytes
  }

  function departFull(): void {
    while (laneIsFree() && batchIsFull()) void travel(takeBatch())
    if (waiting > 0 && partialMayLeave()) awaitTurnEnd()
  }

  function departWaiting(): void {
    while (waiting > 0 && (partialMayLeave() || (laneIsFree() && batchIsFull()))) void travel(takeBatch())
  }

  function awaitTurnEnd(): void {
    if (turnEndAwaited) return
    turnEndAwaited = true
    setImmediate(() => {
      turnEndAwaited = false
      departWaiting()
    })
  }

  function takeBatch(): Boarded<Item, Result>[] {
    const batch: Boarded<Item, Result>[] = []
    let bytes = 0
    while (head !== undefined && batch.length < maxEntries) {
      if (batch.length > 0 && bytes + head.bytes > maxBytes) break
      const passenger: Boarded<Item, Result> = head
      head = passenger.next
      passenger.next = undefined
      bytes += passenger.bytes
      batch.push(passenger)
    }
    if (head === undefined) tail = undefined
    waiting -= batch.length
    waitingBytes -= bytes
    return batch
  }

  async function travel(batch: readonly Boarded<Item, Result>[]): Promise<void> {
    const travel = { departedAt: performance.now(), items: batch.length }
    travels.add(travel)
    let cause: unknown
    try {
      await depart(batch)
    } catch (error) {
      cause = error
    }
    let arrived = false
    for (const passenger of batch) {
      if (passenger.state === 'settled') arrived = true
      else if (passenger.state === 'open') passenger.fail(new LanesUnsettledError({ cause }))
    }
    // A refused connection answers fast: only departures that arrived tell the round trip.
    const now = performance.now()
    if (arrived) laneCount.observe(now - travel.departedAt, now)
    travels.delete(travel)
    departFull()
    if (travels.size === 0 && waiting === 0) drained?.resolve()
  }

  return {
    send,
    get waiting() {
      return waiting
    },
    get underWay() {
      return travels.size
    },
    get travelling() {
      const backBefore = performance.now() - laneCount.roundTripMs
      let items = 0
      for (const travel of travels) if (travel.departedAt > backBefore) items += travel.items
      return items
    },
    get laneCount() {
      return laneCount.current
    },
    drain() {
      if (drained === undefined) {
        drained = Promise.withResolvers()
        if (travels.size === 0 && waiting === 0) drained.resolve()
      }
      return drained.promise
    },
  }
}
