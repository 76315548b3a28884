import { setTimeout as delay } from 'node:timers/promises'
import type { MomentFault } from '../faults/fault-names.js'
import type { PlannedFault } from '../faults/schedule.js'

/** The server and the queue can each be away once at a time. */
const ALONE: ReadonlySet<MomentFault> = new Set(['postgres-kill', 'queue-restart'])

/**
 * Lets planned faults happen at their times from now on. Resolves when all of them are over; rejects then, if one failed.
 * Of those that `aloneAs` gives one name, each waits for the end of the one before.
 */
export async function followSchedule<Fault extends MomentFault>(
  planned: readonly PlannedFault<Fault>[],
  apply: (fault: PlannedFault<Fault>, id: string) => Promise<void>,
  aloneAs: (fault: PlannedFault<Fault>) => string | undefined = ({ fault }) =>
    ALONE.has(fault) ? fault : undefined,
): Promise<void> {
  const startedAt = performance.now()
  const underWay: Promise<void>[] = []
  const busy = new Map<string, Promise<void>>()
  const failures: unknown[] = []
  for (const [index, fault] of planned.entries()) {
    await delay(Math.max(0, startedAt + fault.atMs - performance.now()))
    const name = aloneAs(fault)
    const applied = Promise.resolve(name === undefined ? undefined : busy.get(name))
      .then(() => apply(fault, `mixed-${index}`))
      .catch((error: unknown) => void failures.push(error))
    if (name !== undefined) busy.set(name, applied)
    underWay.push(applied)
  }
  await Promise.all(underWay)
  if (failures.length > 0) throw failures[0]
}
