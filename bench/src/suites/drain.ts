import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { whileQuiet } from '../host/foreign-cpu.js'
import type { QuietRun } from '../host/foreign-cpu.js'
import { createTemporaryFolder } from '../host/temporary-folder.js'
import { startDatabaseServer } from '../installation/database.js'
import { readOrders } from '../load/real-orders.js'
import { interleave } from '../measure/rounds.js'
import type { BenchOptions } from '../options.js'
import type { Progress } from '../report/progress.js'
import { DRAIN_VARIANTS, measureDrain } from './drain-run.js'
import type { DrainRun } from './drain-run.js'

export interface DrainFigures {
  readonly postgres: string
  readonly runs: readonly ({ readonly variant: string; readonly repetition: number } & QuietRun<DrainRun>)[]
}

/** A full queue, an empty database, one consumer: order-worker, then the two that everybody writes first. */
export async function measureDrains(options: BenchOptions, progress: Progress): Promise<DrainFigures> {
  const folder = createTemporaryFolder()
  const log = openSync(join(folder.path, 'consumer.log'), 'w')
  const server = await startDatabaseServer({ flushDelayUs: options.flushDelayUs })
  const orders = await readOrders(500, options.data)
  const runs: DrainFigures['runs'][number][] = []
  try {
    for (const { variant, repetition } of interleave(Object.values(DRAIN_VARIANTS), options.repetitions)) {
      const run = await whileQuiet(options.attempts, async (watch) =>
        measureDrain(
          variant,
          {
            database: await server.create('bench_drain'),
            postgresPid: server.pid,
            orders,
            log,
            nodeOptions: options.nodeOptions,
          },
          options.drainOrders,
          watch,
        ),
      )
      progress.say(`${variant.name}: ${run.result.ordersPerSecond.toFixed(0)} orders/s`, run)
      runs.push({ variant: variant.name, repetition, ...run })
    }
    return { postgres: server.version, runs }
  } finally {
    await server.stop()
    closeSync(log)
    folder.remove()
  }
}
