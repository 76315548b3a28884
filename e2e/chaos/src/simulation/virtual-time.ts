import { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'
import type { Random } from '../load/random.js'

/** Time that passes only when nothing is left to do in it, and chance that follows from a seed. */
export interface VirtualTime {
  now(): number
  /** Runs everything that is due until `ms` have passed. */
  pass(ms: number): Promise<void>
  wait(ms: number): Promise<void>
  /** Runs `work` as a process of its own: `end` takes away whatever it still wanted to do later. */
  asProcess<Result>(name: string, work: () => Result): Result
  end(name: string): void
  /** Gives the real clock and the real chance back. */
  restore(): void
}

interface Timer {
  readonly id: number
  at: number
  readonly every: number | undefined
  readonly owner: string | undefined
  readonly run: () => void
}

/** 2026-01-15 09:30 UTC. */
const START_MS = Date.UTC(2026, 0, 15, 9, 30)
const settled = setImmediate

/**
 * Replaces the clock, all timers and `Math.random` of this process. The code under test is the real one and notices
 * nothing: microtasks run as ever, and when they have, the next timer is due.
 */
export function takeOverTime(random: Random): VirtualTime {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    setImmediate: globalThis.setImmediate,
    clearImmediate: globalThis.clearImmediate,
    Date: globalThis.Date,
    performanceNow: performance.now.bind(performance),
    random: Math.random,
    wait: timersPromises.setTimeout,
  }
  const processes = new AsyncLocalStorage<string>()
  const timers = new Map<number, Timer>()
  let nowMs = 0
  let ids = 0

  function add(run: () => void, ms: number, every?: number) {
    const id = ++ids
    timers.set(id, { id, at: nowMs + Math.max(0, ms || 0), every, owner: processes.getStore(), run })
    const handle = {
      unref: () => handle,
      ref: () => handle,
      hasRef: () => true,
      [Symbol.toPrimitive]: () => id,
      id,
    }
    return handle
  }
  const clear = (handle: { readonly id: number } | undefined) => void timers.delete(handle?.id ?? 0)
  const bound = (run: (...args: unknown[]) => void, args: unknown[]) =>
    AsyncLocalStorage.bind(() => run(...args))

  class VirtualDate extends real.Date {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [START_MS + nowMs] : args) as []))
    }
    static override now(): number {
      return START_MS + Math.floor(nowMs)
    }
  }

  const wait = <T>(ms = 0, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const abort = () => {
        clear(timer)
        reject(signal!.reason as Error)
      }
      const timer = add(
        AsyncLocalStorage.bind(() => {
          signal?.removeEventListener('abort', abort)
          resolve(value as T)
        }),
        ms,
      )
      if (signal?.aborted) abort()
      else signal?.addEventListener('abort', abort, { once: true })
    })

  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms: number, ...args: unknown[]) => add(bound(run, args), ms),
    setInterval: (run: () => void, ms: number, ...args: unknown[]) =>
      add(bound(run, args), ms, Math.max(1, ms)),
    setImmediate: (run: () => void, ...args: unknown[]) => add(bound(run, args), 0),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    Date: VirtualDate,
  })
  performance.now = () => nowMs
  Math.random = () => random.next()
  Object.assign(timersPromises, { setTimeout: wait })
  // Named imports of built-in modules see the replacement only after this.
  syncBuiltinESMExports()

  /** Promises that are settled run their reactions before the next real turn of the loop. */
  const quiet = () => new Promise<void>((resolve) => void settled(resolve))

  function nextTimer(): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers.values())
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.id < next.id))
        next = timer
    return next
  }

  return {
    now: () => nowMs,
    wait: (ms) => wait(ms),
    async pass(ms) {
      const until = nowMs + ms
      await quiet()
      for (let next = nextTimer(); next !== undefined && next.at <= until; next = nextTimer()) {
        nowMs = Math.max(nowMs, next.at)
        if (next.every === undefined) timers.delete(next.id)
        else next.at = nowMs + next.every
        next.run()
        await quiet()
      }
      nowMs = until
    },
    asProcess: (name, work) => processes.run(name, work),
    end(name) {
      for (const timer of timers.values()) if (timer.owner === name) timers.delete(timer.id)
    },
    restore() {
      timers.clear()
      const { performanceNow, random: realRandom, wait: realWait, ...globals } = real
      Object.assign(globalThis, globals)
      performance.now = performanceNow
      Math.random = realRandom
      Object.assign(timersPromises, { setTimeout: realWait })
      syncBuiltinESMExports()
    },
  }
}
