import { NO_STOPWATCH, whileQuiet } from '../host/foreign-cpu.js'
import type { QuietRun } from '../host/foreign-cpu.js'
import { stockCatalog } from '../installation/catalog.js'
import { startDatabaseServer } from '../installation/database.js'
import type { DatabaseServer } from '../installation/database.js'
import { startInstallation } from '../installation/installation.js'
import { startStorefront } from '../installation/storefront.js'
import type { Storefront } from '../installation/storefront.js'
import { orderBodies, readOrders } from '../load/real-orders.js'
import { isClosed } from '../measure/ledger.js'
import { median } from '../measure/statistics.js'
import type { BenchOptions } from '../options.js'
import type { Progress } from '../report/progress.js'
import { freshPrefix } from './api-variant.js'
import { runPipeline } from './pipeline-run.js'
import type { PipelineRun, PipelineWorld } from './pipeline-run.js'
import { highestRate } from './rate-search.js'

/** The p99 from the scheduled instant to the mail that a rate has to hold. */
export const NOTIFIED_P99_LIMIT_MS = 250

export type PipelineFigure = QuietRun<PipelineRun>

export interface PipelineFigures {
  readonly postgres: string
  /** Runs at the asked rate, each on an installation of its own. */
  readonly atRate: readonly PipelineFigure[]
  /** Every rate that the search tried, in its order. */
  readonly search: readonly PipelineFigure[]
  /** The highest rate that held again when it was repeated; 0 where none did. */
  readonly highestRate: number
  readonly confirmation: readonly PipelineFigure[]
}

/** Latency needs more orders than capacity: a p99 of 2,000 is the twentieth worst. */
export const RUN_LENGTH_FACTOR = 4
/** Three services have to be compiled by V8, at a rate that all of them hold while cold. */
export const WARM_UP_FACTOR = 5

/** The whole installation, everything on the machine's own cores, under an open loop. */
export async function measurePipeline(options: BenchOptions, progress: Progress): Promise<PipelineFigures> {
  const [server, storefront] = await Promise.all([
    startDatabaseServer({ flushDelayUs: options.flushDelayUs }),
    startStorefront(),
  ])
  try {
    const atRate: PipelineFigure[] = []
    const search: PipelineFigure[] = []
    const confirmation: PipelineFigure[] = []
    for (let repetition = 0; repetition < options.repetitions; repetition++) {
      await onFreshInstallation(server, storefront, options, async (world) => {
        atRate.push(await measureRate(world, options.ratePerSecond, repetition, options, progress))
      })
    }
    let highest = 0
    await onFreshInstallation(server, storefront, options, async (world) => {
      highest = await highestRate(options.ratePerSecond, options.maxRatePerSecond, async (rate) => {
        const run = await measureRate(world, rate, search.length, options, progress)
        search.push(run)
        return holds([run])
      })
      // One lucky run is no result: the rate has to hold again, or a lower one does.
      while (highest >= options.ratePerSecond) {
        const runs: PipelineFigure[] = []
        for (let repetition = 0; repetition < options.repetitions; repetition++)
          runs.push(await measureRate(world, highest, 100 + repetition, options, progress))
        confirmation.push(...runs)
        if (holds(runs)) return
        highest = Math.floor(highest * 0.95)
      }
      highest = 0
    })
    return { postgres: server.version, atRate, search, highestRate: highest, confirmation }
  } finally {
    await storefront.stop()
    await server.stop()
  }
}

/** By the median of the runs; every ledger has to close. */
export function holds(runs: readonly PipelineFigure[]): boolean {
  return (
    median(runs.map(({ result }) => result.notified.p99)) <= NOTIFIED_P99_LIMIT_MS &&
    runs.every(({ result }) => result.settled && isClosed(result.ledger))
  )
}

let databases = 0

/** Starts everything on an empty database, warms it up at a moderate rate, and stops it afterwards. */
export async function onFreshInstallation(
  server: DatabaseServer,
  storefront: Storefront,
  options: Pick<BenchOptions, 'warmUpSeconds' | 'ratePerSecond' | 'data' | 'nodeOptions'>,
  use: (world: PipelineWorld) => Promise<void>,
): Promise<void> {
  const orders = await readOrders(500, options.data)
  const database = await server.create(`bench_pipeline_${databases++}`)
  await stockCatalog(database, orders)
  const installation = await startInstallation(database, storefront, options.nodeOptions)
  const world: PipelineWorld = {
    installation,
    database,
    postgresPid: server.pid,
    token: storefront.token,
    bodies: orderBodies(orders),
  }
  try {
    const ratePerSecond = Math.min(200, options.ratePerSecond)
    await runPipeline(
      world,
      {
        ratePerSecond,
        count: Math.max(1, Math.ceil(ratePerSecond * options.warmUpSeconds * WARM_UP_FACTOR)),
        keyPrefix: freshPrefix(),
        seed: 0,
        patienceSeconds: 60,
      },
      NO_STOPWATCH,
    )
    await use(world)
  } finally {
    await installation.stop()
  }
}

async function measureRate(
  world: PipelineWorld,
  ratePerSecond: number,
  seed: number,
  options: BenchOptions,
  progress: Progress,
): Promise<PipelineFigure> {
  const run = await whileQuiet(options.attempts, (watch) =>
    runPipeline(
      world,
      {
        ratePerSecond,
        count: Math.ceil(ratePerSecond * options.seconds * RUN_LENGTH_FACTOR),
        keyPrefix: freshPrefix(),
        seed: seed + 1,
        patienceSeconds: 120,
      },
      watch,
    ),
  )
  const { notified, ledger, settled } = run.result
  progress.say(
    `pipeline at ${ratePerSecond}/s: notified p50 ${notified.p50.toFixed(1)} ms, p99 ${notified.p99.toFixed(1)} ms, ` +
      (settled && isClosed(ledger) ? 'ledger closed' : 'LEDGER OPEN'),
    run,
  )
  return run
}
