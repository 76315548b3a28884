import type { World } from '../world/world.js'

/** Memory and open files of every service process over a run. */
export interface UsageWatch {
  stop(): Usage
}
export interface Usage {
  /** Highest resident memory and most open files, by process. */
  readonly highest: Readonly<Record<string, { readonly rssMiB: number; readonly openFiles: number }>>
  /** Processes that went beyond their bound. */
  readonly unbounded: readonly string[]
}

const EVERY_MS = 1_000
/** The heap is bounded at 120 MiB; the rest is code, buffers and what waits in sockets. */
const MOST_RSS_MIB = 320
const MOST_OPEN_FILES = 600

export function watchUsage(world: World): UsageWatch {
  const highest: Record<string, { rssMiB: number; openFiles: number }> = {}
  const look = () => {
    for (const process of Object.values(world.services).flat()) {
      const usage = process.usage()
      if (usage === undefined) continue
      const before = highest[process.name] ?? { rssMiB: 0, openFiles: 0 }
      highest[process.name] = {
        rssMiB: Math.max(before.rssMiB, Math.round(usage.rssBytes / 2 ** 20) || 0),
        openFiles: Math.max(before.openFiles, usage.openFiles),
      }
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
      return { highest, unbounded }
    },
  }
}
