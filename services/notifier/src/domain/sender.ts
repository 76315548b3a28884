import { attemptDelivery } from './attempt-delivery.js'
import type { AttemptSurroundings } from './attempt-delivery.js'
import type { ClaimedDelivery, DeliveryResult } from './delivery.js'
import type { DeliveryStore, ResultRecorder } from './ports.js'

export interface SenderOptions extends AttemptSurroundings {
  readonly store: DeliveryStore
  readonly recorder: ResultRecorder
  /** Attempts under way at once. */
  readonly concurrency: number
  /** Most deliveries claimed and not recorded. Bounds memory, and what a crash delays by a lease. */
  readonly maxInHand: number
  /** How long a claim stands. */
  readonly leaseMs: number
  /** The longest that an attempt can take. An attempt starts only while it would end inside the lease. */
  readonly sendTimeoutMs: number
}

/** Sends the claimed deliveries of one channel. */
export interface Sender {
  /** Sets room aside for `count` deliveries that are claimed while they are stored; undefined when they must wait. */
  reserve(count: number): Reservation | undefined
  /** Claims what is due and sends it, until nothing is due or there is no more room. Failures go to the observer. */
  sweep(): Promise<void>
  /** Claims no more, gives back what waits, and resolves once every attempt under way is recorded. */
  drain(): Promise<void>
  readonly inHand: number
}

export interface Reservation {
  /** Sends these and frees the rest of the room. */
  take(claimed: readonly ClaimedDelivery[]): void
  cancel(): void
}

interface InHand {
  readonly delivery: ClaimedDelivery
  /** The lease began at this moment or later. */
  readonly claimedAtMs: number
}

/**
 * Creates the sender of a channel. A claim is committed before its attempt starts and its result is recorded after it
 * ends, so a crash anywhere in between only sends again, under the same ids.
 */
export function createSender(options: SenderOptions): Sender {
  const { channel, store, recorder, gate, observer, leaseMs, now } = options
  const waiting: InHand[] = []
  let running = 0
  let recording = 0
  let reserved = 0
  let sweepsAsked = 0
  let moreIsDue = false
  let stopping = false
  let drained: PromiseWithResolvers<undefined> | undefined

  const inHand = (): number => waiting.length + running + recording
  const room = (): number => options.maxInHand - inHand() - reserved

  function reserve(count: number): Reservation | undefined {
    if (stopping || recorder.isBehind || gate.state(now()) !== 'open' || room() < count) return undefined
    const claimedAtMs = now()
    reserved += count
    const end = (claimed: readonly ClaimedDelivery[]) => {
      reserved -= count
      count = 0
      take(claimed, claimedAtMs)
    }
    return { take: end, cancel: () => end([]) }
  }

  function take(claimed: readonly ClaimedDelivery[], claimedAtMs: number): void {
    for (const delivery of claimed) waiting.push({ delivery, claimedAtMs })
    pump()
  }

  function pump(): void {
    while (waiting.length > 0 && running < options.concurrency) void deliver(waiting.shift()!)
    if (inHand() + reserved === 0) drained?.resolve(undefined)
  }

  async function deliver(held: InHand): Promise<void> {
    running += 1
    const result = mustWait(held) ? released() : await attemptDelivery(held.delivery, options)
    running -= 1
    recording += 1
    const recorded = recorder.record({ delivery: held.delivery, result })
    pump()
    const anotherWaits = await recorded.catch((error: unknown) => {
      observer.failed('record', error)
      return false
    })
    recording -= 1
    pump()
    if (anotherWaits || (moreIsDue && room() >= options.maxInHand / 2)) void sweep()
  }

  function mustWait(held: InHand): boolean {
    return (
      stopping ||
      gate.state(now()) === 'shut' ||
      // Past this moment another process could claim it while the attempt still runs.
      now() - held.claimedAtMs > leaseMs - options.sendTimeoutMs
    )
  }

  function released(): DeliveryResult {
    observer.released(channel.name)
    return { kind: 'release', delaySeconds: 0 }
  }

  async function sweep(): Promise<void> {
    sweepsAsked += 1
    if (sweepsAsked > 1) return
    try {
      // What is asked for during a sweep may have come too late for it.
      for (let swept = 0; swept < sweepsAsked;) {
        swept = sweepsAsked
        await claimAndTake()
      }
    } catch (error) {
      observer.failed('claim', error)
    } finally {
      sweepsAsked = 0
    }
  }

  async function claimAndTake(): Promise<void> {
    const limit = claimLimit()
    if (limit <= 0 || !isWorthwhile(limit)) {
      moreIsDue = true
      return
    }
    const claimedAtMs = now()
    reserved += limit
    try {
      const { claimed, superseded } = await store.claimDue(channel.name, limit, leaseMs)
      observer.superseded(superseded)
      moreIsDue = claimed.length + superseded.length === limit
      reserved -= limit
      take(claimed, claimedAtMs)
      if (moreIsDue && claimLimit() > 0 && gate.state(now()) === 'open') sweepsAsked += 1
    } catch (error) {
      reserved -= limit
      throw error
    }
  }

  function claimLimit(): number {
    if (stopping || recorder.isBehind) return 0
    const state = gate.state(now())
    if (state === 'shut') return 0
    return state === 'probe' ? Math.min(1 - inHand() - reserved, room()) : room()
  }

  /** Claims are made many at once: with little room, what is due is left until half of what is in hand has gone. */
  function isWorthwhile(limit: number): boolean {
    return limit >= options.maxInHand / 2 || inHand() + reserved === 0 || gate.state(now()) !== 'open'
  }

  return {
    reserve,
    sweep,
    get inHand() {
      return inHand()
    },
    drain() {
      stopping = true
      drained ??= Promise.withResolvers<undefined>()
      pump()
      return drained.promise
    },
  }
}
