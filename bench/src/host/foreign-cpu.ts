import { setTimeout as delay } from 'node:timers/promises'
import { familyCpuSeconds, machineCpuSeconds } from './cpu-time.js'

/** Cores that other processes may take during a run before it is thrown away (of one core, not of the machine). */
export const FOREIGN_CORES_LIMIT = 0.12

/** Begins to watch what the rest of the machine does; the answer is in cores, on average since the call. */
export function watchForeignCpu(): () => number {
  const startedAt = performance.now()
  const foreign = () => machineCpuSeconds() - familyCpuSeconds(process.pid)
  const before = foreign()
  return () => Math.max(0, (foreign() - before) / ((performance.now() - startedAt) / 1_000))
}

/** Resolves after a second in which the machine was quiet, or after `patienceSeconds` of noise. */
export async function untilQuiet(patienceSeconds: number): Promise<void> {
  const deadline = performance.now() + patienceSeconds * 1_000
  do {
    const foreignCores = watchForeignCpu()
    await delay(1_000)
    if (foreignCores() <= FOREIGN_CORES_LIMIT) return
  } while (performance.now() < deadline)
}

/** Takes any time: for runs that nobody compares. */
export const NO_STOPWATCH: Stopwatch = { start: () => undefined, stop: () => undefined }

export interface QuietRun<Result> {
  readonly result: Result
  readonly foreignCores: number
  /** False where every attempt met noise; the last one then stands and says so. */
  readonly quiet: boolean
  readonly discarded: number
}

/**
 * Repeats a run until other processes left it alone, at most `attempts` times. `run` gets a stopwatch to start and stop
 * around what it measures, so that its set-up does not count.
 */
export async function whileQuiet<Result>(
  attempts: number,
  run: (watch: Stopwatch) => Promise<Result>,
): Promise<QuietRun<Result>> {
  for (let attempt = 1; ; attempt++) {
    await untilQuiet(attempts === 1 ? 0 : 30)
    const watch = new ForeignCpuWatch()
    const result = await run(watch)
    const quiet = watch.foreignCores <= FOREIGN_CORES_LIMIT
    if (quiet || attempt >= attempts)
      return { result, foreignCores: watch.foreignCores, quiet, discarded: attempt - 1 }
  }
}

/** Started and stopped around what a run measures. */
export interface Stopwatch {
  start(): void
  stop(): void
}

class ForeignCpuWatch implements Stopwatch {
  #stop: (() => number) | undefined
  foreignCores = NaN

  start(): void {
    this.#stop = watchForeignCpu()
  }

  stop(): void {
    this.foreignCores = this.#stop?.() ?? NaN
  }
}
