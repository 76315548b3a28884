import { isClosed } from '../measure/ledger.js'
import type { PipelineFigure } from '../suites/pipeline.js'
import { figure, table } from './table.js'

/** One row per run. */
export function ledgers(figures: readonly Pick<PipelineFigure, 'result'>[]): string {
  return table(
    [
      'offered/s',
      'sent',
      'answered',
      'stored',
      'confirmed',
      'notifiable',
      'notified',
      'lost',
      'twice',
      'answers',
      '',
    ],
    figures.map(({ result: { ratePerSecond, ledger, answers, settled } }) => [
      figure(ratePerSecond, 0),
      ...[
        ledger.sent,
        ledger.answered,
        ledger.stored,
        ledger.confirmed,
        ledger.notifiable,
        ledger.notified,
        ledger.lost,
        ledger.notifiedTwice,
      ].map((count) => figure(count, 0)),
      JSON.stringify(answers),
      settled && isClosed(ledger) ? 'closed' : 'OPEN',
    ]),
  )
}
