import { Big } from 'big.js'
import type { Notifications } from './notifications.js'
import { quantiles } from './quantiles.js'
import type { Quantiles } from './quantiles.js'
import type { OrderRecord, Records } from './records.js'
import type { Sent } from './sent.js'

type ByCurrency = Readonly<Record<string, string>>

/** What a run came to. Written as JSON by `--report`. Amounts are decimal strings by currency. */
export interface Report {
  readonly verdict: 'clean' | 'not clean'
  /** What is wrong, a sentence each. */
  readonly findings: readonly string[]
  readonly sent: number
  readonly accepted: number
  readonly acceptedLines: number
  /** Accepted orders that an earlier run with the same data folder had stored already. */
  readonly replayed: number
  readonly refused: Readonly<Record<string, number>>
  /** Requests without an answer after all their retries. */
  readonly unanswered: number
  /** Attempts beyond the first of each request. */
  readonly retries: number
  readonly confirmed: number
  readonly rejected: Readonly<Record<string, number>>
  /** Events of this run's orders that have an address, and those of them that were mailed to it. */
  readonly notifiable: number
  readonly notified: number
  /** Accepted orders without a final state. */
  readonly lost: number
  /** Orders stored twice. */
  readonly duplicated: number
  /** Mails that came again under the same id: at least once is what is promised. */
  readonly repeatedMails: number
  readonly totals: Readonly<Record<'accepted' | 'confirmed' | 'rejected', ByCurrency>>
  /** To the 202, from the request; to the commit of the decision and to the mail, from the acceptance. */
  readonly latencyMs: Readonly<Record<'accepted' | 'confirmed' | 'notified', Quantiles>>
  /** Services that ended by themselves and were started again. */
  readonly restarts: number
  /** From the start of the program to the first answer. */
  readonly firstAnswerSeconds: number
  /** From the first request to the end of all work. */
  readonly seconds: number
}

export function reportOf(run: {
  readonly findings: readonly string[]
  readonly sent: Sent
  readonly records: Records
  /** The orders that were stored in this run. */
  readonly fresh: readonly OrderRecord[]
  readonly notifications: Notifications
  readonly lost: number
  readonly acceptedTotal: Big
  readonly restarts: number
  readonly seconds: number
}): Report {
  const { sent, records, fresh, notifications } = run
  const confirmed = records.orders.filter(({ decision }) => decision === 'confirmed')
  const rejected = records.orders.filter(({ decision }) => decision === 'rejected')
  return {
    verdict: run.findings.length === 0 ? 'clean' : 'not clean',
    findings: run.findings,
    sent: sent.count,
    accepted: sent.accepted.size,
    acceptedLines: records.orders.reduce((sum, { lines }) => sum + lines, 0),
    replayed: records.orders.length - fresh.length,
    refused: sent.refused,
    unanswered: sent.unanswered,
    retries: sent.retries,
    confirmed: confirmed.length,
    rejected: countBy(rejected, ({ reason }) => reason ?? 'no reason'),
    notifiable: notifications.notifiable,
    notified: notifications.notified,
    lost: run.lost,
    duplicated: records.doubled,
    repeatedMails: notifications.repeated,
    totals: {
      accepted: { GBP: run.acceptedTotal.toFixed() },
      confirmed: totalsOf(confirmed, 'linesTotal'),
      rejected: totalsOf(rejected, 'total'),
    },
    latencyMs: {
      accepted: quantiles(sent.durationsMs),
      confirmed: quantiles(
        fresh.flatMap(({ acceptedAtMs, committedAtMs }) =>
          committedAtMs === null ? [] : [committedAtMs - acceptedAtMs],
        ),
      ),
      notified: quantiles(notifications.latenciesMs),
    },
    restarts: run.restarts,
    firstAnswerSeconds: Math.round((sent.firstAnswerMs ?? 0) / 100) / 10,
    seconds: run.seconds,
  }
}

function totalsOf(orders: readonly OrderRecord[], field: 'total' | 'linesTotal'): ByCurrency {
  const sums: Record<string, Big> = {}
  for (const order of orders)
    sums[order.currency] = (sums[order.currency] ?? new Big(0)).plus(order[field] ?? 0)
  return Object.fromEntries(Object.entries(sums).map(([currency, sum]) => [currency, sum.toFixed()]))
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1
  return counts
}
