import { readFile, readdir } from 'node:fs/promises'

interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  readonly startedAt: string
}

/** Every process below `pid`, now. Linux only, by /proc. */
export async function descendantsOf(pid: number): Promise<readonly ProcessEntry[]> {
  const all = await processes()
  const below = (parent: number): ProcessEntry[] =>
    all.filter((entry) => entry.parent === parent).flatMap((entry) => [entry, ...below(entry.pid)])
  return below(pid)
}

/** Those of the processes that still run (the same ones, not later ones with their ids; zombies have ended). */
export async function stillRunning(some: readonly ProcessEntry[]): Promise<readonly ProcessEntry[]> {
  const now = new Map((await processes()).map((entry) => [entry.pid, entry.startedAt]))
  return some.filter(({ pid, startedAt }) => now.get(pid) === startedAt)
}

async function processes(): Promise<readonly ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const entries = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // The name of a program may hold blanks and brackets; what follows its last bracket is regular.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const [state, parent] = fields
      if (parent === undefined || state === 'Z') return []
      return [{ pid: Number(pid), parent: Number(parent), startedAt: fields[19] ?? '' }]
    }),
  )
  return entries.flat()
}
