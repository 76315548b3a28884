import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Core of the server under test, and core of everything that serves the measurement. */
export const SERVER_CORE = 0
export const HELPER_CORE = 1

/** Whether processes can be pinned: taskset (util-linux) is there, and more than one core. */
export const canPin: boolean = availableParallelism() > 1 && hasTaskset()

/** Pins this process, all its threads and everything that it starts from now on. Does nothing where it cannot. */
export function pinSelf(cores: 'all' | number): void {
  if (!canPin) return
  const list = cores === 'all' ? `0-${cpuCount() - 1}` : String(cores)
  execFileSync('taskset', ['-acp', list, String(process.pid)], { stdio: 'ignore' })
}

/** The command that runs `command` on one core; with `undefined` it inherits the cores of this process. */
export function pinned(
  core: number | undefined,
  command: readonly [string, ...string[]],
): [string, string[]] {
  const [file, ...args] = command
  return core === undefined || !canPin ? [file, args] : ['taskset', ['-c', String(core), file, ...args]]
}

/** Taken before anything is pinned: afterwards availableParallelism() counts only what this process may use. */
const cpus = availableParallelism()

function cpuCount(): number {
  return cpus
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
