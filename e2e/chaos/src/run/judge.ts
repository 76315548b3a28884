import { join } from 'node:path'
import { checkRun } from '../checker/check-run.js'
import type { CheckResult } from '../checker/check-run.js'
import { openSnapshot } from '../checker/read-database.js'
import { readHistory } from '../checker/read-history.js'
import { readMails } from '../checker/read-mails.js'
import type { SnapshotFinding } from '../checker/snapshot-check.js'
import type { FaultLog } from '../faults/fault-log.js'
import type { ChaosWorld } from '../world/chaos-world.js'
import { mailCauses } from './mail-causes.js'
import { findLeaks } from './find-leaks.js'
import { deadLetters, publishedEvents } from './observe.js'

/** Lets the checker judge what the run has left behind, from the outside of every service. */
export async function judge(
  world: ChaosWorld,
  observed: {
    readonly historyFile: string
    readonly snapshots: readonly SnapshotFinding[]
    readonly unbounded: readonly string[]
    readonly log: FaultLog
  },
): Promise<CheckResult> {
  const seen = await world.collect()
  const { published } = seen
  const database = await openSnapshot(world.databaseUrl)
  try {
    return await checkRun(
      {
        operations: readHistory(observed.historyFile),
        products: await database.products(),
        orphans: await database.orphans(),
        records: [
          database.records(),
          ...(published === undefined ? [] : [publishedEvents(published)]),
          readMails(seen.mails),
          deadLetters(world),
        ],
        eventsSeen: published !== undefined,
        snapshots: observed.snapshots,
        mailCauses: mailCauses(observed.log.moments(), world.services.notifier.length),
        leaks: await findLeaks(world, seen),
        unbounded: observed.unbounded,
      },
      join(world.folder, 'checker'),
    )
  } finally {
    await database.end()
  }
}
