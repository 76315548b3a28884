import { appendFileSync, readFileSync } from 'node:fs'
import { POINTS } from './fault-names.js'
import type { FaultName } from './fault-names.js'

/** What truly happened, in contrast to what was planned. */
export interface FaultLog {
  /** Counts a fault; those of moments are written down too. */
  fired(fault: FaultName, detail?: Readonly<Record<string, unknown>>): void
  /** How often each fault happened, the points inside the services included. */
  counts(): Readonly<Partial<Record<FaultName, number>>>
  /** Fired points by their id. */
  points(): readonly FiredPoint[]
}

export interface FiredPoint {
  readonly id: string
  readonly point: string
  readonly action: string
}

/** `ownFile` is written here; `pointsFile` by the services, in front of each fault that they act out. */
export function createFaultLog(ownFile: string, pointsFile: string): FaultLog {
  const counts: Partial<Record<FaultName, number>> = {}

  function points(): FiredPoint[] {
    try {
      return readFileSync(pointsFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as FiredPoint)
    } catch {
      return []
    }
  }

  return {
    fired(fault, detail) {
      counts[fault] = (counts[fault] ?? 0) + 1
      if (detail !== undefined)
        appendFileSync(ownFile, `${JSON.stringify({ fault, ...detail, at: Date.now() })}\n`)
    },
    counts() {
      const all = { ...counts }
      const fired = points()
      for (const [name, { point }] of Object.entries(POINTS)) {
        const count = fired.filter((one) => one.point === point).length
        if (count > 0) all[name as FaultName] = count
      }
      return all
    },
    points,
  }
}
