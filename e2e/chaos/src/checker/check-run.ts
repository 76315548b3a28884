import { checkPartition } from './check-partition.js'
import { createBooks } from './books.js'
import type { Findings } from './findings.js'
import { createPartitions } from './partitions.js'
import type { CheckRecord, Operation } from './records.js'
import type { SnapshotFinding } from './snapshot-check.js'
import type { ProductRow } from './stock-book.js'
import type { MailCause } from './mail-copies.js'
import type { Tally } from './tally.js'

/** What the observers of a run saw. Everything large is a stream. */
export interface Observations {
  readonly operations: AsyncIterable<Operation>
  /** Of the database, the queues and the mail sink, in any order. */
  readonly records: readonly AsyncIterable<CheckRecord>[]
  /** False where nobody saw what left for the queue: that an event was never published cannot be told then. True by default. */
  readonly eventsSeen?: boolean
  readonly products: readonly ProductRow[]
  readonly orphans: readonly { readonly what: string; readonly id: string }[]
  readonly snapshots: readonly SnapshotFinding[]
  /** What explains copies of a mail beyond the first. */
  readonly mailCauses: readonly MailCause[]
  /** Lines of logs that held what must stay quiet. */
  readonly leaks: readonly string[]
  /** Processes whose memory or open files grew beyond their bound. */
  readonly unbounded: readonly string[]
}

export interface CheckResult {
  readonly findings: Findings
  readonly tally: Tally
  /** Whether somebody saw what left for the queue. */
  readonly eventsSeen: boolean
}

/**
 * Judges a run. Everything goes through files in `folder`, cut so that what belongs together is read together: memory
 * does not grow with the length of the history.
 */
export async function checkRun(observed: Observations, folder: string): Promise<CheckResult> {
  const books = createBooks(observed.eventsSeen)
  const { findings, tally, stock, copies } = books
  const partitions = await createPartitions(folder)
  for await (const operation of observed.operations) {
    await partitions.add(operation)
    if (operation.f === 'poison' && operation.id !== undefined)
      await partitions.add({ ...operation, f: 'poison-order' })
  }
  for (const records of observed.records) for await (const record of records) await partitions.add(record)
  for await (const records of partitions.read()) checkPartition(records, books)
  await partitions.remove()

  stock.check(observed.products, findings)
  for (const { what, id } of observed.orphans) findings.report('I6', id, `${what} without its order`)
  for (const { invariant, what } of observed.snapshots) findings.report(invariant, 'snapshot', what)
  copies.check(observed.mailCauses, findings)
  for (const leak of observed.leaks) findings.report('I16', 'logs and metrics', leak)
  for (const process of observed.unbounded) findings.report('I15', 'processes', process)
  return { findings, tally, eventsSeen: books.eventsSeen }
}
