import type { Case, Report } from './check-order.js'
import type { Operation } from './records.js'
import type { Tally } from './tally.js'

/** What GET said of an order over time: I11. */
export function checkReads({ operations, rows: [row] }: Case, report: Report, tally: Tally): void {
  const acceptedAt = operations
    .filter(({ f, type }) => f === 'place' && type === 'ok')
    .reduce((first, { t1 }) => Math.min(first, t1 ?? Infinity), Infinity)
  const reads = operations
    .filter(({ f, foreign }) => (f === 'get' || f === 'final-get') && !foreign)
    .toSorted((one, other) => one.t0 - other.t0)

  for (const { proven, status, t0 } of reads)
    if (proven && status === 404 && t0 >= acceptedAt) report('I11', 'answered 404 after its 202')
  checkOrderOfVersions(reads, report)
  checkLastRead(
    reads.findLast(({ f }) => f === 'final-get'),
    row,
    acceptedAt,
    report,
  )

  const firstSeen = reads.find(({ type, version = 0 }) => type === 'ok' && version > 0)
  const wasWatched = firstSeen?.watched === true && firstSeen.t1 !== undefined
  if (wasWatched && acceptedAt < Infinity) tally.visibility.add(Math.max(0, firstSeen.t1 - acceptedAt))
}

/** A read that began after another one had ended never shows an older version. */
function checkOrderOfVersions(reads: readonly Operation[], report: Report): void {
  const ended = reads
    .filter(({ type, version, t1 }) => type === 'ok' && version !== undefined && t1 !== undefined)
    .toSorted((one, other) => one.t1! - other.t1!)
  let next = 0
  let newest = 0
  for (const { type, version, t0 } of reads) {
    while (next < ended.length && ended[next]!.t1! < t0) newest = Math.max(newest, ended[next++]!.version!)
    if (type === 'ok' && version !== undefined && version < newest)
      report('I11', `version ${version} was shown after version ${newest}`)
  }
}

function checkLastRead(
  last: Operation | undefined,
  row: Case['rows'][number] | undefined,
  acceptedAt: number,
  report: Report,
): void {
  if (last === undefined) {
    if (acceptedAt < Infinity) report('I11', 'no last read was answered')
    return
  }
  if (last.type !== 'ok') report('I11', `the last read was answered ${last.status ?? 'not at all'}`)
  else if (row !== undefined && (last.state !== row.status || last.version !== row.version))
    report(
      'I11',
      `the last read showed ${last.state} (${last.version}), the row is ${row.status} (${row.version})`,
    )
}
