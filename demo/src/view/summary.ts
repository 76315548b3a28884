import type { Report } from '../run/report.js'

/** The verdict as a person reads it. */
export function summaryOf(report: Report): string {
  const { latencyMs: ms } = report
  const extra = [
    ...(report.replayed === 0
      ? []
      : [`  known      ${report.replayed} of the accepted, from an earlier run`]),
    ...(report.retries === 0 ? [] : [`  retries    ${report.retries}`]),
    ...(report.repeatedMails === 0 ? [] : [`  repeated   ${report.repeatedMails} mails, under the same ids`]),
    ...(report.restarts === 0
      ? []
      : [`  restarts   ${report.restarts} of services that ended by themselves`]),
  ]
  return [
    `VERDICT: ${report.verdict}`,
    ...report.findings.map((finding) => `  ! ${finding}`),
    `  sent       ${report.sent} in ${report.seconds} s, the first answered ${report.firstAnswerSeconds} s after the start`,
    `  accepted   ${report.accepted} (${report.acceptedLines} lines): ${amounts(report.totals.accepted)}`,
    `  refused    ${counts(report.refused)}`,
    `  confirmed  ${report.confirmed}: ${amounts(report.totals.confirmed)}`,
    `  rejected   ${counts(report.rejected)}: ${amounts(report.totals.rejected)}`,
    `  notified   ${report.notified} of ${report.notifiable} with an address`,
    `  lost       ${report.lost}`,
    `  duplicated ${report.duplicated}`,
    ...extra,
    `  ms p50/p99 accepted ${ms.accepted.p50}/${ms.accepted.p99}, confirmed ${ms.confirmed.p50}/${ms.confirmed.p99}, notified ${ms.notified.p50}/${ms.notified.p99}`,
  ].join('\n')
}

function counts(record: Readonly<Record<string, number>>): string {
  const parts = Object.entries(record).map(([name, count]) => `${count} × ${name}`)
  return parts.join(', ') || 'none'
}

function amounts(byCurrency: Readonly<Record<string, string>>): string {
  const parts = Object.entries(byCurrency).map(([currency, amount]) => `${amount} ${currency}`)
  return parts.join(', ') || '0'
}
