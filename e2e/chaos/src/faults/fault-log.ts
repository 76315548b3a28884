import { appendFileSync, readFileSync } from 'node:fs'
import { POINTS } from './fault-names.js'
import type { FaultName, MomentFault, PointName } from './fault-names.js'

/** What truly happened, in contrast to what was planned. */
export interface FaultLog {
  /** Counts a fault; those of moments are written down too, with when and to whom. */
  fired(fault: FaultName, detail?: FaultDetail): void
  /** The same for a fault that lasts: what is returned ends it. */
  begun(fault: MomentFault, detail: FaultDetail): () => void
  /** How often each fault happened, the points inside the services included. */
  counts(): Readonly<Partial<Record<FaultName, number>>>
  /** Fired points by their id. */
  points(): readonly FiredPoint[]
  /** Everything that happened at a moment, the points included, in no order. */
  moments(): readonly FaultMoment[]
}

/** What a fault met. */
export interface FaultDetail {
  readonly id?: string
  /** The replica, like `notifier-1`. */
  readonly process?: string
  readonly link?: string
}

/** A fault from when to when, in ms of the wall clock; until for ever where nobody saw its end. */
export interface FaultMoment extends FaultDetail {
  readonly fault: MomentFault
  readonly action?: string
  readonly from: number
  readonly to: number
}

export interface FiredPoint {
  readonly id: string
  readonly point: string
  readonly action: string
  readonly at: number
  /** How long it hung or was delayed. */
  readonly ms?: number
}

/** `ownFile` is written here; `pointsFile` by the services, in front of each fault that they act out. */
export function createFaultLog(ownFile: string, pointsFile: string): FaultLog {
  const counts: Partial<Record<FaultName, number>> = {}
  const moments: { fault: MomentFault; from: number; to: number }[] = []

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

  function begun(fault: MomentFault, detail: FaultDetail): () => void {
    const moment = { fault, ...detail, from: Date.now(), to: Infinity }
    counts[fault] = (counts[fault] ?? 0) + 1
    moments.push(moment)
    appendFileSync(ownFile, `${JSON.stringify(moment)}\n`)
    return () => {
      moment.to = Date.now()
      appendFileSync(ownFile, `${JSON.stringify(moment)}\n`)
    }
  }

  return {
    fired(fault, detail) {
      if (detail === undefined) counts[fault] = (counts[fault] ?? 0) + 1
      else begun(fault as MomentFault, detail)()
    },
    begun,
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
    moments: () => [...moments, ...points().map(momentOf)],
  }
}

/** Does something that is the fault, from its beginning to its end. */
export async function during(
  log: FaultLog,
  fault: MomentFault,
  detail: FaultDetail,
  work: () => Promise<void>,
): Promise<void> {
  const over = log.begun(fault, detail)
  await work()
  over()
}

function momentOf({ id, point, action, at, ms = 0 }: FiredPoint): FaultMoment {
  const [name] = Object.entries(POINTS).find(([, one]) => one.point === point)!
  return { fault: name as PointName, id, action, from: at, to: at + ms }
}
