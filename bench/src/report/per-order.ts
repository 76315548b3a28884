import { median } from '../measure/statistics.js'
import type { MemorySample } from '../installation/usage-watch.js'
import type { PipelineRun } from '../suites/pipeline-run.js'
import { figure, table } from './table.js'

/** Queue calls, commits, CPU and memory of runs at one rate: medians. */
export function perOrder(runs: readonly PipelineRun[]): string {
  const middle = (of: (run: PipelineRun) => number) => median(runs.map(of))
  const actions = [...new Set(runs.flatMap(({ callsPerOrder }) => Object.keys(callsPerOrder)))].sort()
  const processes = Object.keys(runs[0]?.cpuUsPerOrder ?? {})
  return [
    table(
      ['queue calls/order', ...actions, 'all'],
      [
        [
          'median',
          ...actions.map((action) =>
            figure(
              middle(({ callsPerOrder }) => callsPerOrder[action] ?? 0),
              3,
            ),
          ),
          figure(
            middle(({ allCallsPerOrder }) => allCallsPerOrder),
            2,
          ),
        ],
      ],
    ),
    table(
      ['transactions/order', 'order-worker', 'of these storing orders', 'all that wrote, notifier too'],
      [
        [
          'median',
          figure(
            middle(({ workerCommitsPerOrder }) => workerCommitsPerOrder),
            3,
          ),
          figure(
            middle(({ placingCommitsPerOrder }) => placingCommitsPerOrder),
            3,
          ),
          figure(
            middle(({ writingTransactionsPerOrder }) => writingTransactionsPerOrder),
            3,
          ),
        ],
      ],
    ),
    table(
      ['process', ...processes],
      [
        [
          'CPU µs/order',
          ...processes.map((name) =>
            figure(
              middle(({ cpuUsPerOrder }) => cpuUsPerOrder[name] ?? NaN),
              0,
            ),
          ),
        ],
        [
          'most memory, MiB',
          ...processes.map((name) => figure(Math.max(...runs.map(({ memory }) => mostMiB(memory, name))), 0)),
        ],
      ],
    ),
  ].join('\n\n')
}

/** The statements that cost Postgres most in one run. */
export function statements(run: PipelineRun | undefined): string {
  const cell = (text: string) => `\`${text.slice(0, 90).replaceAll('|', '\\|')}\``
  return table(
    ['service', 'statement', 'calls', 'rows', 'ms in all', 'µs/order'],
    (run?.statements ?? [])
      .slice(0, 12)
      .map(({ service, statement, calls, rows, milliseconds }) => [
        service,
        cell(statement),
        figure(calls, 0),
        figure(rows, 0),
        figure(milliseconds, 0),
        figure((milliseconds * 1_000) / run!.ledger.stored, 0),
      ]),
  )
}

function mostMiB(memory: readonly MemorySample[], name: string): number {
  return Math.max(...memory.map(({ residentMiB }) => residentMiB[name] ?? NaN))
}
