import { runIn } from '@comanda/shared/tracing'
import type { Tracing } from '@comanda/shared/tracing'
import { storeErrorOf } from './transaction.js'

/** Runs a transaction, its repetitions included, in a span of its own; `onRetry` marks them. */
export async function traceTransaction<Result>(
  tracing: Tracing | undefined,
  batchSize: number,
  transact: (onRetry: () => void) => Promise<Result>,
): Promise<Result> {
  const span = tracing?.start('transaction', {
    kind: 'internal',
    attributes: { 'db.system.name': 'postgresql', 'db.operation.batch.size': batchSize },
  })
  try {
    return await runIn(span, () => transact(() => span?.event('repeated: others were in the way')))
  } catch (error) {
    span?.fail(storeErrorOf(error).code)
    throw error
  } finally {
    span?.end()
  }
}
