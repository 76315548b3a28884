import type { ReadsFigures } from '../suites/reads.js'
import { WAITERS } from '../suites/reads-waits.js'
import { figure, table, verdict } from './table.js'

/** The most that the p99 of a page and the answer of anyone who waits may take, ms. */
const PAGE_P99_MS = 20
const HEARD_MS = 300

/** The page of what readers see. */
export function readsPage({ lists: { result: lists }, waits: { result: waits } }: ReadsFigures): string {
  return [
    '## A page of fifty, ms',
    table(
      ['view', 'filter', 'reads', 'p50', 'p99', 'longest', `p99 ≤ ${PAGE_P99_MS}`],
      lists.map(({ view, filter, latency: { count, p50, p99, max } }) => [
        view,
        filter,
        String(count),
        figure(p50),
        figure(p99),
        figure(max),
        verdict(p99 <= PAGE_P99_MS),
      ]),
    ),
    `## ${figure(WAITERS, 0)} who wait hear of one commit that changes an order of each, ms`,
    table(
      ['answers', 'p50', 'p99', 'last of each round', `≤ ${HEARD_MS}`],
      [
        [
          figure(waits.heard.count, 0),
          figure(waits.heard.p50),
          figure(waits.heard.p99),
          waits.lastOfRound.map((ms) => figure(ms, 0)).join(', '),
          verdict(waits.heard.max <= HEARD_MS),
        ],
      ],
    ),
  ].join('\n\n')
}
