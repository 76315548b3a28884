import { RESIDENT_LIMIT_MIB } from '../suites/memory.js'
import type { MemoryFigures } from '../suites/memory.js'
import { ledgers } from './ledgers.js'
import { perOrder } from './per-order.js'
import { figure, table, verdict } from './table.js'

/** Growth that still counts as flat, in MiB per 100,000 orders: less than what the garbage collector leaves to chance. */
export const FLAT_MIB_PER_100K = 5

/** The page of the long run. */
export function memoryPage({ run: { result: run }, trends }: MemoryFigures): string {
  return [
    `## Resident memory over ${figure(run.ledger.sent, 0)} orders at ${figure(run.ratePerSecond, 0)}/s, MiB`,
    table(
      [
        'service',
        'most',
        'first fifth',
        'last fifth',
        'growth per 100,000 orders (second half)',
        '≤ 150 MiB',
        'flat',
      ],
      Object.entries(trends).map(([service, { maxMiB, earlyMiB, lateMiB, growthMiBPer100k }]) => [
        service,
        figure(maxMiB),
        figure(earlyMiB),
        figure(lateMiB),
        figure(growthMiBPer100k),
        verdict(maxMiB <= RESIDENT_LIMIT_MIB),
        verdict(growthMiBPer100k <= FLAT_MIB_PER_100K),
      ]),
    ),
    perOrder([run]),
    ledgers([{ result: run }]),
  ].join('\n\n')
}
