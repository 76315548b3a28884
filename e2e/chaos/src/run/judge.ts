import { join } from 'node:path'
import { checkRun } from '../checker/check-run.js'
import type { CheckResult } from '../checker/check-run.js'
import { openSnapshot } from '../checker/read-database.js'
import { readHistory } from '../checker/read-history.js'
import { readMails } from '../checker/read-mails.js'
import type { SnapshotFinding } from '../checker/snapshot-check.js'
import type { FaultLog } from '../faults/fault-log.js'
import type { World } from '../world/world.js'
import { MAX_CLAIMED } from '../world/world-settings.js'
import { deadLetters, findLeaks, publishedEvents } from './observe.js'

/** Faults after which a mail may be sent twice: its sender died, or an answer or its record was lost. */
const DOUBLES_MAILS = [
  ...['kill', 'term', 'stop', 'postgres-kill', 'latency', 'cut', 'reset', 'half-open', 'W4'],
  ...['N1', 'N2', 'N3', 'N4'],
] as const

/** Lets the checker judge what the run has left behind, from the outside of every service. */
export async function judge(
  world: World,
  observed: {
    readonly historyFile: string
    readonly snapshots: readonly SnapshotFinding[]
    readonly unbounded: readonly string[]
    readonly log: FaultLog
  },
): Promise<CheckResult> {
  const counts = observed.log.counts()
  const crashes = DOUBLES_MAILS.reduce((sum, fault) => sum + (counts[fault] ?? 0), 0)
  const database = await openSnapshot(world.databaseUrl)
  try {
    return await checkRun(
      {
        operations: readHistory(observed.historyFile),
        products: await database.products(),
        orphans: await database.orphans(),
        records: [
          database.records(),
          publishedEvents(world.files.published),
          readMails(world.files.mails),
          deadLetters(world),
        ],
        snapshots: observed.snapshots,
        extraMailsAllowed: crashes * MAX_CLAIMED,
        leaks: await findLeaks(world),
        unbounded: observed.unbounded,
      },
      join(world.folder, 'checker'),
    )
  } finally {
    await database.end()
  }
}
