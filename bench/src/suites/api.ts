import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { HELPER_CORE, pinSelf } from '../host/affinity.js'
import { whileQuiet } from '../host/foreign-cpu.js'
import type { QuietRun } from '../host/foreign-cpu.js'
import { createTemporaryFolder } from '../host/temporary-folder.js'
import { query, startDatabaseServer } from '../installation/database.js'
import { ACCOUNT, STOREFRONT_CLIENT, startStorefront } from '../installation/storefront.js'
import { orderBodies, readOrders } from '../load/real-orders.js'
import { interleave } from '../measure/rounds.js'
import { median } from '../measure/statistics.js'
import type { Progress } from '../report/progress.js'
import type { BenchOptions } from '../options.js'
import { measureCapacity } from './api-capacity.js'
import type { CapacityRun } from './api-capacity.js'
import { measureLatency } from './api-latency.js'
import type { LatencyRun } from './api-latency.js'
import { profileByPart } from './api-profile.js'
import type { CpuProfile } from './api-profile.js'
import { API_VARIANTS, ORDER_API_VARIANTS, freshPrefix } from './api-variant.js'
import type { ApiWorld } from './api-variant.js'

/** The raw figures of POST /v1/orders on one core. */
export interface ApiFigures {
  readonly postgres: string
  readonly capacity: readonly ({
    readonly variant: string
    readonly repetition: number
  } & QuietRun<CapacityRun>)[]
  readonly latency: readonly ({ readonly variant: string } & QuietRun<LatencyRun>)[]
  readonly profile: CpuProfile
}

/** Keys that order-api's lookup meets: an empty table would make it cheaper than any day in production. */
const KEYS_STORED = 100_000

/** Shares of the measured capacity that the open loop offers. 0.02 is the idle case: nobody to share a call with. */
const LATENCY_SHARES = [0.02, 0.25, 0.5, 0.6, 0.75, 1, 1.25]

/** Server on one core, everything else on the other: order-api against its baselines, then its latencies, then where its CPU goes. */
export async function measureApi(options: BenchOptions, progress: Progress): Promise<ApiFigures> {
  pinSelf(HELPER_CORE)
  const folder = createTemporaryFolder()
  const log = openSync(join(folder.path, 'order-api.log'), 'w')
  const [server, storefront, orders] = await Promise.all([
    startDatabaseServer({ flushDelayUs: 0 }),
    startStorefront(),
    readOrders(500, options.data),
  ])
  try {
    const database = await server.create('bench_api')
    await query(database.url, STORE_KEYS, [ACCOUNT, STOREFRONT_CLIENT, KEYS_STORED])
    const world: ApiWorld = {
      storefront,
      database,
      bodies: orderBodies(orders),
      log,
      nodeOptions: options.nodeOptions,
    }
    const capacity = await measureCapacities(world, options, progress)
    return {
      postgres: server.version,
      capacity,
      latency: await measureLatencies(world, capacity, options, progress),
      profile: await profileByPart(
        ORDER_API_VARIANTS[0]!,
        world,
        { ...windowOf(options), folder: folder.path },
        progress,
      ),
    }
  } finally {
    await storefront.stop()
    await server.stop()
    closeSync(log)
    folder.remove()
    pinSelf('all')
  }
}

const STORE_KEYS = `
  insert into idempotency_keys (account_id, actor, key, order_id)
  select $1, $2, 'stored-key-' || lpad(n::text, 16, '0'), gen_random_uuid()
  from generate_series(1, $3::int) as n`

function windowOf({ seconds, warmUpSeconds }: BenchOptions) {
  return { seconds, warmUpSeconds }
}

async function measureCapacities(
  world: ApiWorld,
  options: BenchOptions,
  progress: Progress,
): Promise<ApiFigures['capacity']> {
  const runs: ApiFigures['capacity'][number][] = []
  for (const { variant, repetition } of interleave(API_VARIANTS, options.repetitions)) {
    const run = await whileQuiet(options.attempts, (watch) =>
      measureCapacity(variant, world, { ...windowOf(options), keyPrefix: freshPrefix() }, watch),
    )
    progress.say(
      `${variant.name}: ${run.result.ordersPerSecond.toFixed(0)} orders/s, ${run.result.cpuUsPerOrder.toFixed(0)} µs an order`,
      run,
    )
    runs.push({ variant: variant.name, repetition, ...run })
  }
  return runs
}

async function measureLatencies(
  world: ApiWorld,
  capacity: ApiFigures['capacity'],
  options: BenchOptions,
  progress: Progress,
): Promise<ApiFigures['latency']> {
  const runs: ApiFigures['latency'][number][] = []
  const variant = ORDER_API_VARIANTS.at(-1)!
  const most = median(
    capacity.filter((run) => run.variant === variant.name).map(({ result }) => result.ordersPerSecond),
  )
  for (const share of LATENCY_SHARES) {
    const run = await whileQuiet(options.attempts, (watch) =>
      measureLatency(
        variant,
        world,
        { ...windowOf(options), share, ratePerSecond: most * share, keyPrefix: freshPrefix() },
        watch,
      ),
    )
    const { accepted, ratePerSecond } = run.result
    progress.say(
      `${variant.name} at ${ratePerSecond.toFixed(0)}/s: p50 ${accepted.p50.toFixed(1)} ms, p99 ${accepted.p99.toFixed(1)} ms`,
      run,
    )
    runs.push({ variant: variant.name, ...run })
  }
  return runs
}
