import type { ChaosWorld } from '../world/chaos-world.js'

/** Memory and open files of every service process over a run. */
export interface UsageWatch {
  stop(): Usage
}
export interface Usage {
  /** Highest resident memory and most open files, by process. */
  readonly highest: Readonly<Record<string, UsageSample>>
  /** What each process took every so often, oldest first. */
  readonly samples: Readonly<Record<string, readonly UsageSample[]>>
  /** Processes that went beyond their bound. */
  readonly unbounded: readonly string[]
}
export interface UsageSample {
  readonly rssMiB: number
  readonly openFiles: number
}

const EVERY_MS = 1_000
/** Of so many looks one is kept: 360 an hour. */
const LOOKS_A_SAMPLE = 10
/** The heap is bounded at 120 MiB; the rest is code, buffers and what waits in sockets. */
const MOST_RSS_MIB = 320
const MOST_OPEN_FILES = 600

export function watchUsage(world: ChaosWorld): UsageWatch {
  const highest: Record<string, UsageSample> = {}
  const samples: Record<string, UsageSample[]> = {}
  let looks = 0
  const look = () => {
    looks += 1
    for (const process of Object.values(world.services).flat()) {
      const usage = process.usage()
      if (usage === undefined) continue
      const sample = { rssMiB: Math.round(usage.rssBytes / 2 ** 20) || 0, openFiles: usage.openFiles }
      const before = highest[process.name] ?? { rssMiB: 0, openFiles: 0 }
      highest[process.name] = {
        rssMiB: Math.max(before.rssMiB, sample.rssMiB),
        openFiles: Math.max(before.openFiles, sample.openFiles),
      }
      if (looks % LOOKS_A_SAMPLE === 0) (samples[process.name] ??= []).push(sample)
    }
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      look()
      const unbounded = Object.entries(highest)
        .filter(([, { rssMiB, openFiles }]) => rssMiB > MOST_RSS_MIB || openFiles > MOST_OPEN_FILES)
        .map(([name, { rssMiB, openFiles }]) => `${name} took ${rssMiB} MiB and ${openFiles} open files`)
      return { highest, samples, unbounded }
    },
  }
}

/** The median of one part of `samples`, which is cut into four of the same length; 0 where there are too few. */
export function quarterMedian(
  samples: readonly UsageSample[],
  quarter: 1 | 2 | 3 | 4,
  of: keyof UsageSample,
): number {
  const part = samples
    .slice(Math.floor(((quarter - 1) * samples.length) / 4), Math.floor((quarter * samples.length) / 4))
    .map((sample) => sample[of])
    .sort((one, other) => one - other)
  return part[Math.floor(part.length / 2)] ?? 0
}
