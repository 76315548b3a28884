import type { Report } from '../run/verdict.js'

/** The verdict as a person reads it. */
export function summaryOf(report: Report): string {
  const { latencyMs: ms } = report
  const counts = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .map(([name, count]) => `${count} × ${name}`)
      .join(', ') || 'none'
  const pounds = (part: 'accepted' | 'confirmed' | 'rejected') =>
    Object.entries(report.totals[part])
      .map(([currency, amount]) => `${amount} ${currency}`)
      .join(', ')
  return [
    `VERDICT: ${report.verdict}`,
    ...report.findings.map((finding) => `  ! ${finding}`),
    `  sent       ${report.sent} in ${report.seconds} s`,
    `  accepted   ${report.accepted} (${report.acceptedLines} lines${report.replayed > 0 ? `, ${report.replayed} known from before` : ''}): ${pounds('accepted')}`,
    `  refused    ${counts(report.refused)}`,
    `  confirmed  ${report.confirmed}: ${pounds('confirmed')}`,
    `  rejected   ${counts(report.rejected)}: ${pounds('rejected')}`,
    `  notified   ${report.notified} of ${report.notifiable} with an address`,
    `  lost       ${report.lost}`,
    `  duplicated ${report.duplicated}`,
    `  ms p50/p99 accepted ${ms.accepted.p50}/${ms.accepted.p99}, confirmed ${ms.confirmed.p50}/${ms.confirmed.p99}, notified ${ms.notified.p50}/${ms.notified.p99}`,
  ].join('\n')
}
