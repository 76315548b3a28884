import { setTimeout as wait } from 'node:timers/promises'
import type { ConsumerObserver } from '../consumer-observer.js'

/** First and longest wait between two probes of a dependency that is away. */
const FIRST_PROBE_MS = 250
const LONGEST_PROBE_MS = 15_000

/** A pause that begins sooner after the last one goes on with its waits: the probe found what handlers did not. */
const CALM_MS = 60_000

/** Reasons not to receive. */
export interface Pauses {
  readonly paused: boolean
  /** What handlers need is away: pauses until the probe says that it is back. */
  dependencyAway(): void
  /** So many messages were parked: pauses for a while when it is a burst. */
  parked(count: number): void
  /** Ends all pauses without resuming. */
  close(): void
}

export interface PausesOptions {
  readonly probe: () => Promise<boolean>
  readonly parkingBurst: { readonly count: number; readonly windowMs: number; readonly pauseMs: number }
  readonly observer: ConsumerObserver
  readonly onPause: () => void
  readonly onResume: () => void
  readonly random?: () => number
}

export function createPauses(options: PausesOptions): Pauses {
  const { probe, parkingBurst, observer, onPause, onResume, random = Math.random } = options
  const reasons = new Set<'dependency_away' | 'parking_burst'>()
  const closing = new AbortController()
  let longest = FIRST_PROBE_MS
  let backAt = -Infinity
  let parkings: { readonly at: number; readonly count: number }[] = []

  function pause(reason: 'dependency_away' | 'parking_burst', over: () => Promise<void>): void {
    if (closing.signal.aborted || reasons.has(reason)) return
    reasons.add(reason)
    observer.paused(reason)
    onPause()
    over().then(
      () => {
        reasons.delete(reason)
        if (reasons.size > 0 || closing.signal.aborted) return
        observer.resumed()
        onResume()
      },
      // The wait is cut off by `close`: there is nothing to resume then.
      () => reasons.delete(reason),
    )
  }

  async function back(): Promise<void> {
    if (performance.now() - backAt > CALM_MS) longest = FIRST_PROBE_MS
    for (let found = false; !found; longest = Math.min(LONGEST_PROBE_MS, longest * 2)) {
      await wait((0.5 + random() / 2) * longest, undefined, { signal: closing.signal })
      found = await probe().catch(() => false)
    }
    backAt = performance.now()
  }

  return {
    get paused() {
      return reasons.size > 0
    },
    dependencyAway: () => pause('dependency_away', back),
    parked(count) {
      const now = performance.now()
      parkings = [...parkings.filter(({ at }) => now - at < parkingBurst.windowMs), { at: now, count }]
      if (parkings.reduce((sum, parking) => sum + parking.count, 0) < parkingBurst.count) return
      parkings = []
      pause('parking_burst', () => wait(parkingBurst.pauseMs, undefined, { signal: closing.signal }))
    },
    close: () => closing.abort(),
  }
}
