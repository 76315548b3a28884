import type { Stopwatch } from '../host/foreign-cpu.js'
import { generateOpen } from '../load/start-load.js'
import { quantiles } from '../measure/statistics.js'
import type { Quantiles } from '../measure/statistics.js'
import { countsBetween, totalCalls } from '../queue/queue-counts.js'
import { startNullQueue } from '../queue/start-queue.js'
import { startVariant } from './api-variant.js'
import type { ApiVariant, ApiWorld } from './api-variant.js'

/** One open-loop run against the API alone. Latencies count from the scheduled instant. */
export interface LatencyRun {
  /** Offered load, as a share of the measured capacity and per second. */
  readonly share: number
  readonly ratePerSecond: number
  readonly accepted: Quantiles
  readonly answers: Readonly<Record<string, number>>
  readonly backlogAtEnd: number
  readonly callsPerOrder: number
}

/** Warms the server with the closed loop's first seconds of orders, then offers a Poisson load of a fixed rate. */
export async function measureLatency(
  variant: ApiVariant,
  world: ApiWorld,
  options: {
    readonly share: number
    readonly ratePerSecond: number
    readonly warmUpSeconds: number
    readonly seconds: number
    readonly keyPrefix: string
  },
  watch: Stopwatch,
): Promise<LatencyRun> {
  const queue = await startNullQueue(variant.queueDelayMs ?? 0)
  const server = await startVariant(variant, world, queue)
  const job = {
    kind: 'open',
    target: { port: server.port, path: '/v1/orders', token: world.storefront.token },
    bodies: world.bodies,
    connections: 1_000,
    patienceSeconds: 20,
  } as const
  try {
    // Compiled code decides the latencies of the first seconds, whatever the rate: warm up at a brisk one.
    const warmRate = Math.max(options.ratePerSecond, 1_000)
    await generateOpen({
      ...job,
      keyPrefix: `${options.keyPrefix}-warm`,
      ratePerSecond: warmRate,
      count: Math.ceil(warmRate * options.warmUpSeconds),
      seed: 1,
    })
    const before = await queue.counts()
    watch.start()
    const result = await generateOpen({
      ...job,
      keyPrefix: options.keyPrefix,
      ratePerSecond: options.ratePerSecond,
      count: Math.max(200, Math.ceil(options.ratePerSecond * options.seconds)),
      seed: 2,
    })
    watch.stop()
    const accepted = result.orders.filter(({ status }) => status === 202)
    const calls = totalCalls(countsBetween(before, await queue.counts()))
    return {
      share: options.share,
      ratePerSecond: options.ratePerSecond,
      accepted: quantiles(accepted.map(({ scheduledAt, answeredAt }) => answeredAt! - scheduledAt)),
      answers: countBy(result.orders.map(({ status }) => String(status ?? 'none'))),
      backlogAtEnd: result.backlogAtEnd,
      callsPerOrder: calls / accepted.length,
    }
  } finally {
    await server.stop()
    await queue.stop()
  }
}

/** How often each value occurs. */
export function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
