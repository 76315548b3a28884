import { readFileSync, readdirSync } from 'node:fs'

/** Length of the kernel's clock tick that /proc counts in: 100 per second on every Linux of today (USER_HZ). */
const SECONDS_PER_TICK = 0.01

/** CPU seconds (user and system) that a process has used so far, all its threads included. Linux only. */
export function processCpuSeconds(pid: number): number {
  return readStat(pid)?.cpuSeconds ?? NaN
}

/** CPU seconds of a process and of all that descend from it, those that have ended too (Postgres recycles backends). */
export function familyCpuSeconds(pid: number): number {
  return family(pid).reduce((sum, { cpuSeconds, endedSeconds }) => sum + cpuSeconds + endedSeconds, 0)
}

/** A process and all that descend from it, by id. */
export function familyPids(pid: number): readonly number[] {
  return family(pid).map((member) => member.pid)
}

/**
 * CPU seconds that processes of the whole machine have used, and what the hypervisor gave to others meanwhile. Time in
 * interrupts belongs to nobody and is left out.
 */
export function machineCpuSeconds(): number {
  const [user, nice, system, , , , , steal] = readFileSync('/proc/stat', 'latin1')
    .split('\n', 1)[0]!
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user! + nice! + system! + steal!) * SECONDS_PER_TICK
}

interface ProcessStat {
  readonly pid: number
  readonly parent: number
  readonly cpuSeconds: number
  /** Of children that have ended, and of theirs. */
  readonly endedSeconds: number
}

function family(root: number): readonly ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat !== undefined)
  const members = new Map(all.filter(({ pid }) => pid === root).map((stat) => [stat.pid, stat]))
  for (let grown = true; grown;) {
    const children = all.filter(({ pid, parent }) => members.has(parent) && !members.has(pid))
    for (const child of children) members.set(child.pid, child)
    grown = children.length > 0
  }
  return [...members.values()]
}

/** Undefined for a process that has ended. The second field, its name, may hold blanks and brackets (proc(5)). */
function readStat(pid: number): ProcessStat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    pid,
    parent: Number(fields[1]),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) * SECONDS_PER_TICK,
    endedSeconds: (Number(fields[13]) + Number(fields[14])) * SECONDS_PER_TICK,
  }
}
