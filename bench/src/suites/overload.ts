import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HELPER_CORE, pinSelf } from '../host/affinity.js'
import { whileQuiet } from '../host/foreign-cpu.js'
import type { QuietRun } from '../host/foreign-cpu.js'
import { firstLine, startProcess } from '../host/start-process.js'
import { createTemporaryFolder } from '../host/temporary-folder.js'
import { startDatabaseServer } from '../installation/database.js'
import { startStorefront } from '../installation/storefront.js'
import { largeBody, orderBodies, readOrders } from '../load/real-orders.js'
import type { BenchOptions } from '../options.js'
import type { Progress } from '../report/progress.js'
import { measureCapacity } from './api-capacity.js'
import { NO_LIMITS, ORDER_API_VARIANTS, freshPrefix } from './api-variant.js'
import type { ApiWorld } from './api-variant.js'
import { runOverload } from './overload-run.js'
import type { OverloadRun } from './overload-run.js'

/** Offered load as a share of the capacity, and the least goodput that is wanted there. */
export const OVERLOADS = [
  { share: 1.25, goodput: 0.9 },
  { share: 2, goodput: 0.7 },
] as const
/** A replica runs at full speed once its code is compiled, some 15 s after its start; the capacity is that of a warm one too. */
export const OVERLOAD_WARM_UP_FACTOR = 8
const OTHERS = 8
/** What the other accounts offer together, and the quota of each account, as shares of the capacity. */
const OTHERS_SHARE = 0.3
const QUOTA_SHARE = 0.05
const NEIGHBOUR_TIMES_QUOTA = 10
export const SLOW_CONNECTIONS = 1_000
/** Beside the offered load: orders whose bodies are near the limit, which cost as much as fifty others. */
export const LARGE_ORDER_BYTES = 200 * 1024
const LARGE_PER_SECOND = 5

export interface OverloadFigures {
  readonly postgres: string
  readonly capacityPerSecond: number
  readonly overloads: readonly ({
    readonly share: number
    readonly goodput: number
  } & QuietRun<OverloadRun>)[]
  /** The other accounts alone, beside one at ten times its quota, and beside slow connections. */
  readonly quiet: QuietRun<OverloadRun>
  readonly neighbour: QuietRun<OverloadRun>
  readonly slow: QuietRun<OverloadRun>
}

/** order-api on one core beyond what it can do: above its capacity, beside a loud account, beside slow clients. */
export async function measureOverload(options: BenchOptions, progress: Progress): Promise<OverloadFigures> {
  pinSelf(HELPER_CORE)
  const folder = createTemporaryFolder()
  const log = openSync(join(folder.path, 'order-api.log'), 'w')
  const [server, storefront, orders] = await Promise.all([
    startDatabaseServer({ flushDelayUs: 0 }),
    startStorefront(),
    readOrders(500, options.data),
  ])
  try {
    const database = await server.create('bench_overload')
    const world: ApiWorld = {
      storefront,
      database,
      bodies: orderBodies(orders),
      log,
      nodeOptions: options.nodeOptions,
    }
    const { overloadSeconds: seconds, attempts } = options
    const warmUpSeconds = options.warmUpSeconds * OVERLOAD_WARM_UP_FACTOR
    const { result } = await whileQuiet(attempts, (watch) =>
      measureCapacity(
        ORDER_API_VARIANTS.at(-1)!,
        world,
        { warmUpSeconds, seconds: options.seconds, keyPrefix: freshPrefix() },
        watch,
      ),
    )
    const capacity = result.ordersPerSecond
    progress.say(`capacity: ${capacity.toFixed(0)} orders/s`)
    const run = async (
      name: string,
      what: Omit<Parameters<typeof runOverload>[1], 'seconds' | 'warmUpSeconds' | 'capacitySeconds'>,
    ) => {
      const outcome = await whileQuiet(attempts, (watch) =>
        runOverload(world, { ...what, seconds, warmUpSeconds, capacitySeconds: options.seconds }, watch),
      )
      const [first] = outcome.result.loads
      progress.say(
        `${name}: ${first!.goodputPerSecond.toFixed(0)} orders/s, p99 ${first!.accepted.p99.toFixed(1)} ms, shed p99 ${first!.shed.p99.toFixed(1)} ms; ` +
          `alone ${outcome.result.capacities.map((rate) => rate.toFixed(0)).join(' and ') || 'not measured'}`,
        outcome,
      )
      return outcome
    }
    const overloads: OverloadFigures['overloads'][number][] = []
    for (const { share, goodput } of OVERLOADS) {
      const loads = (capacityPerSecond: number) => [
        { ratePerSecond: capacityPerSecond * share, tokens: [storefront.token] },
        {
          ratePerSecond: LARGE_PER_SECOND,
          tokens: [storefront.token],
          bodies: [largeBody(LARGE_ORDER_BYTES)],
        },
      ]
      overloads.push({
        share,
        goodput,
        ...(await run(`${share} × capacity`, { loads, settings: NO_LIMITS })),
      })
    }
    const tokens = await Promise.all(
      Array.from({ length: OTHERS }, (_, index) => storefront.tokenOf(`bench-other-${index}`)),
    )
    const quota = Math.ceil(capacity * QUOTA_SHARE)
    const settings = { RATE_LIMIT_WRITES_PER_SECOND: String(quota) }
    const others = { ratePerSecond: capacity * OTHERS_SHARE, tokens }
    const loud = { ratePerSecond: quota * NEIGHBOUR_TIMES_QUOTA, tokens: [storefront.token] }
    return {
      postgres: server.version,
      capacityPerSecond: capacity,
      overloads,
      quiet: await run('others alone', { loads: [others], settings }),
      neighbour: await run('others beside a loud account', { loads: [others, loud], settings }),
      slow: await run('others beside slow clients', {
        loads: [others],
        settings,
        beside: (port) => startDrip(port, storefront.token),
      }),
    }
  } finally {
    await storefront.stop()
    await server.stop()
    closeSync(log)
    folder.remove()
    pinSelf('all')
  }
}

async function startDrip(port: number, token: string): Promise<() => Promise<void>> {
  const main = fileURLToPath(new URL('../load/drip-main.js', import.meta.url))
  const drip = startProcess(main, { args: [String(port), String(SLOW_CONNECTIONS), token] })
  await firstLine(drip, 'drip-main.js')
  return () => drip.stop()
}
