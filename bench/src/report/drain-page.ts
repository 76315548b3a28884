import { ratioOfMedians, spread } from '../measure/statistics.js'
import { DRAIN_VARIANTS } from '../suites/drain-run.js'
import type { DrainVariant } from '../suites/drain-run.js'
import type { DrainFigures } from '../suites/drain.js'
import { figure, spreadText, table, verdict } from './table.js'

/** The page of the full queues. */
export function drainPage(figures: DrainFigures): string {
  const runsOf = ({ name }: DrainVariant) =>
    figures.runs.filter(({ variant }) => variant === name).map(({ result }) => result)
  const rates = (variant: DrainVariant) => runsOf(variant).map(({ ordersPerSecond }) => ordersPerSecond)
  const { worker, defaults, tens } = DRAIN_VARIANTS
  const toDefaults = ratioOfMedians(rates(worker), rates(defaults))
  const toTens = ratioOfMedians(rates(worker), rates(tens))
  const commits = spread(runsOf(worker).map(({ commitsPerOrder }) => commitsPerOrder)).median
  const calls = (variant: DrainVariant) =>
    runsOf(variant)
      .slice(0, 1)
      .map(({ callsByAction }) =>
        Object.entries(callsByAction)
          .map(([action, count]) => `${action} ${figure(count, 0)}`)
          .join(', '),
      )
  return [
    `## Drain of ${figure(runsOf(worker)[0]?.orders ?? 0, 0)} queued orders, min / median / max`,
    table(
      [
        'consumer',
        'orders/s',
        '× as it comes',
        'queue calls/order',
        'commits/order',
        'CPU µs/order: consumer',
        'Postgres',
        'emulator',
      ],
      Object.values(DRAIN_VARIANTS).map((variant) => [
        variant.name,
        spreadText(spread(rates(variant)), 0),
        figure(ratioOfMedians(rates(variant), rates(defaults))),
        spreadText(spread(runsOf(variant).map(({ callsPerOrder }) => callsPerOrder)), 2),
        spreadText(spread(runsOf(variant).map(({ commitsPerOrder }) => commitsPerOrder)), 3),
        ...(['consumer', 'Postgres', 'queue emulator'] as const).map((process) =>
          spreadText(spread(runsOf(variant).map(({ cpuUsPerOrder }) => cpuUsPerOrder[process])), 0),
        ),
      ]),
    ),
    'Every consumer uses the same SQL, sends every event and empties the outbox; the two baselines do so one order at a time. ' +
      'The time runs from the first receive until every order is stored, told of and deleted from the queue.',
    '## Goals',
    table(
      ['goal', 'first bar', 'goal', 'measured', 'first bar', 'goal'],
      [
        [
          'G6 × sqs-consumer as it comes',
          '≥ 15',
          '≥ 20',
          figure(toDefaults),
          verdict(toDefaults >= 15),
          verdict(toDefaults >= 20),
        ],
        ['G6 × batches of ten', '≥ 6', '≥ 8', figure(toTens), verdict(toTens >= 6), verdict(toTens >= 8)],
        ['G5 commits/order', '', '≤ 0.1', figure(commits, 3), '', verdict(commits <= 0.1)],
      ],
    ),
    '## Queue calls of the first repetition',
    Object.values(DRAIN_VARIANTS)
      .map((variant) => `- ${variant.name}: ${calls(variant).join('')}`)
      .join('\n'),
  ].join('\n\n')
}
