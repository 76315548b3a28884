import { median, spread } from '../measure/statistics.js'
import { NOTIFIED_P99_LIMIT_MS } from '../suites/pipeline.js'
import type { PipelineFigure, PipelineFigures } from '../suites/pipeline.js'
import type { PipelineRun } from '../suites/pipeline-run.js'
import { ledgers } from './ledgers.js'
import { perOrder, statements } from './per-order.js'
import { figure, spreadText, table, verdict } from './table.js'

/** The page of the whole installation under an open loop. */
export function pipelinePage(figures: PipelineFigures): string {
  const runs = figures.atRate.map(({ result }) => result)
  const rate = runs[0]?.ratePerSecond ?? NaN
  const best = figures.confirmation.filter(({ result }) => result.ratePerSecond === figures.highestRate)
  return [
    `## ${figure(rate, 0)} orders/s through API, queue, worker, Postgres and notifier, ms from the scheduled instant, min / median / max`,
    latencies(runs),
    '## Per order',
    perOrder(runs),
    '## Statements that cost Postgres most (first run; waiting included)',
    statements(runs[0]),
    '## The highest rate',
    figures.highestRate === 0
      ? 'No rate held.'
      : `**${figure(figures.highestRate, 0)} orders/s** held p99 to notified ≤ ${NOTIFIED_P99_LIMIT_MS} ms by the median of ${best.length} more runs, with every ledger closed.`,
    searched([...figures.search, ...figures.confirmation]),
    ...(best.length === 0 ? [] : [perOrder(best.map(({ result }) => result))]),
    '## Goals',
    goals(
      figures,
      runs,
      best.map(({ result }) => result),
    ),
    '## Ledger of every run: answered = stored, notifiable = notified',
    ledgers([...figures.atRate, ...figures.search, ...figures.confirmation]),
  ].join('\n\n')
}

function latencies(runs: readonly PipelineRun[]): string {
  const row = (name: string, of: (run: PipelineRun) => PipelineRun['accepted']) => [
    name,
    ...(['p50', 'p99', 'p999', 'max'] as const).map((rank) =>
      spreadText(spread(runs.map((run) => of(run)[rank]))),
    ),
  ]
  return table(
    ['until', 'p50', 'p99', 'p99.9', 'max'],
    [
      row('202 answered', ({ accepted }) => accepted),
      row('decided and committed', ({ committed }) => committed),
      row('mail taken by the SMTP server', ({ notified }) => notified),
    ],
  )
}

function searched(figures: readonly PipelineFigure[]): string {
  return table(
    ['offered/s', 'notified p50', 'p99', 'accepted p99', 'committed p99', 'open at the end', 'calls/order'],
    figures.map(({ result }) => [
      figure(result.ratePerSecond, 0),
      figure(result.notified.p50),
      figure(result.notified.p99),
      figure(result.accepted.p99),
      figure(result.committed.p99),
      String(result.backlogAtEnd),
      figure(result.allCallsPerOrder, 2),
    ]),
  )
}

function goals(figures: PipelineFigures, runs: readonly PipelineRun[], best: readonly PipelineRun[]): string {
  const p99 = median(runs.map(({ notified }) => notified.p99))
  const calls = median(best.map(({ allCallsPerOrder }) => allCallsPerOrder))
  const commits = median(best.map(({ workerCommitsPerOrder }) => workerCommitsPerOrder))
  return table(
    ['goal', 'bar', 'measured', ''],
    [
      [
        `p99 to notified at ${figure(runs[0]?.ratePerSecond ?? NaN, 0)}/s, ms`,
        '≤ 250',
        figure(p99),
        verdict(p99 <= 250),
      ],
      [
        'G7 highest rate with p99 to notified ≤ 250 ms',
        '≥ 780',
        figure(figures.highestRate, 0),
        verdict(figures.highestRate >= 780),
      ],
      ['G4 queue calls/order at that rate', '≤ 0.8', figure(calls, 2), verdict(calls <= 0.8)],
      ['G5 commits of order-worker/order at that rate', '≤ 0.1', figure(commits, 3), verdict(commits <= 0.1)],
    ],
  )
}
