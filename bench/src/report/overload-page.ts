import { LARGE_ORDER_BYTES, SLOW_CONNECTIONS } from '../suites/overload.js'
import type { OverloadFigures } from '../suites/overload.js'
import { FLAT_MIB_PER_100K } from './memory-page.js'
import { figure, table, verdict } from './table.js'

const SHED_P99_MS = 50

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The page of the runs beyond the capacity. */
export function overloadPage({
  capacityPerSecond,
  overloads,
  quiet,
  neighbour,
  slow,
}: OverloadFigures): string {
  const others = quiet.result.loads[0]!.accepted.p99
  const beside = [
    ['alone', quiet],
    ['beside an account at ten times its quota', neighbour],
    [`beside ${figure(SLOW_CONNECTIONS, 0)} connections of a byte a second, half in their bodies`, slow],
  ] as const
  return [
    '## Above the capacity',
    `A process of its own, with 64 connections and nothing shed, took ${figure(capacityPerSecond, 0)} orders/s at the start.`,
    table(
      [
        'offered',
        'capacity before and after',
        'goodput',
        'of the capacity',
        'of that at the start',
        '',
        'p99 of a 202, ms',
        'p50, p99 of a 503, ms',
        `≤ ${SHED_P99_MS} ms`,
        `p99 of a 503, orders of ${figure(LARGE_ORDER_BYTES / 1024, 0)} KiB, ms`,
        'lost',
        'most MiB',
        'flat',
        'answers',
      ],
      overloads.map(({ share, goodput, result: { capacities, loads, lost, memory } }) => {
        const { accepted, shed, answers } = loads[0]!
        const goodputPerSecond = loads.reduce((sum, load) => sum + load.goodputPerSecond, 0)
        const ratio = goodputPerSecond / mean(capacities)
        return [
          `${share} ×`,
          capacities.map((rate) => figure(rate, 0)).join(', '),
          figure(goodputPerSecond, 0),
          figure(ratio, 2),
          figure(goodputPerSecond / capacityPerSecond, 2),
          `≥ ${goodput}: ${verdict(ratio >= goodput)}`,
          figure(accepted.p99),
          `${figure(shed.p50)}, ${figure(shed.p99)}`,
          verdict(shed.p99 < SHED_P99_MS),
          figure(loads[1]!.shed.p99),
          `${lost}: ${verdict(lost === 0)}`,
          figure(memory.maxMiB),
          verdict(memory.growthMiBPer100k <= FLAT_MIB_PER_100K),
          JSON.stringify(answers),
        ]
      }),
    ),
    '## The other accounts',
    table(
      ['', 'goodput', 'p50, ms', 'p99, ms', '× alone', '≤ 2', 'lost', 'answers of each group'],
      beside.map(
        ([
          name,
          {
            result: { loads, lost },
          },
        ]) => {
          const { goodputPerSecond, accepted } = loads[0]!
          return [
            name,
            figure(goodputPerSecond, 0),
            figure(accepted.p50),
            figure(accepted.p99),
            figure(accepted.p99 / others, 2),
            verdict(accepted.p99 <= others * 2),
            String(lost),
            loads.map(({ answers }) => JSON.stringify(answers)).join(' '),
          ]
        },
      ),
    ),
  ].join('\n\n')
}
