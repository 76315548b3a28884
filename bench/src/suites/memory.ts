import { startDatabaseServer } from '../installation/database.js'
import { SERVICES } from '../installation/services.js'
import type { ServiceName } from '../installation/services.js'
import { startStorefront } from '../installation/storefront.js'
import { whileQuiet } from '../host/foreign-cpu.js'
import type { QuietRun } from '../host/foreign-cpu.js'
import { isClosed } from '../measure/ledger.js'
import { memoryTrend } from '../measure/memory-trend.js'
import type { MemoryTrend } from '../measure/memory-trend.js'
import type { BenchOptions } from '../options.js'
import type { Progress } from '../report/progress.js'
import { freshPrefix } from './api-variant.js'
import { onFreshInstallation } from './pipeline.js'
import { runPipeline } from './pipeline-run.js'
import type { PipelineRun } from './pipeline-run.js'

/** What each service may hold under load, in MiB of resident memory. */
export const RESIDENT_LIMIT_MIB = 150

export interface MemoryFigures {
  readonly postgres: string
  readonly run: QuietRun<PipelineRun>
  readonly trends: Readonly<Record<ServiceName, MemoryTrend>>
}

/** One long run at a steady rate: how much memory each service holds, and whether it grows with the orders. */
export async function measureMemory(options: BenchOptions, progress: Progress): Promise<MemoryFigures> {
  const [server, storefront] = await Promise.all([
    startDatabaseServer({ flushDelayUs: options.flushDelayUs }),
    startStorefront(),
  ])
  const { ratePerSecond, memoryOrders } = options
  progress.say(
    `memory: ${memoryOrders} orders at ${ratePerSecond}/s, ${Math.ceil(memoryOrders / ratePerSecond)} s`,
  )
  try {
    const runs: QuietRun<PipelineRun>[] = []
    await onFreshInstallation(server, storefront, options, async (world) => {
      // Minutes long, so it is not repeated for noise: memory does not depend on it as time does.
      runs.push(
        await whileQuiet(1, (watch) =>
          runPipeline(
            world,
            { ratePerSecond, count: memoryOrders, keyPrefix: freshPrefix(), seed: 1, patienceSeconds: 300 },
            watch,
          ),
        ),
      )
    })
    const quietRun = runs[0]!
    const run = quietRun.result
    const trendOf = (service: ServiceName) =>
      memoryTrend(
        run.memory
          .filter(({ seconds }) => seconds <= run.seconds)
          .map(({ seconds, residentMiB }) => ({
            orders: seconds * ratePerSecond,
            mib: residentMiB[service]!,
          })),
      )
    const trends = Object.fromEntries(SERVICES.map((service) => [service, trendOf(service)])) as Record<
      ServiceName,
      MemoryTrend
    >
    for (const [service, { maxMiB, growthMiBPer100k }] of Object.entries(trends))
      progress.say(
        `${service}: at most ${maxMiB.toFixed(0)} MiB, ${growthMiBPer100k.toFixed(1)} MiB per 100,000 orders`,
      )
    if (!run.settled || !isClosed(run.ledger)) progress.say('memory: LEDGER OPEN')
    return { postgres: server.version, run: quietRun, trends }
  } finally {
    await storefront.stop()
    await server.stop()
  }
}
