import { readFileSync } from 'node:fs'

/** Resident memory of a process in MiB (VmRSS); NaN once it has ended. Linux only. */
export function residentMiB(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return Number(kib) / 1_024
  } catch {
    return NaN
  }
}
