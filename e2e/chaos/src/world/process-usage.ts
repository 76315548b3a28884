import { readFileSync, readdirSync } from 'node:fs'
import type { ReplicaUsage } from './chaos-world.js'

/** What a process of this machine takes; undefined where there is none that can be looked at. */
export function processUsage(pid: number | undefined): ReplicaUsage | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1])
    return { rssBytes: kilobytes * 1_024, openFiles: readdirSync(`/proc/${pid}/fd`).length }
  } catch {
    return undefined
  }
}
