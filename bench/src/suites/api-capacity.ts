import { processCpuSeconds } from '../host/cpu-time.js'
import type { Stopwatch } from '../host/foreign-cpu.js'
import { generateClosed } from '../load/start-load.js'
import type { Quantiles } from '../measure/statistics.js'
import type { QueueCounts } from '../queue/null-queue.js'
import { countsBetween, totalCalls } from '../queue/queue-counts.js'
import { startNullQueue } from '../queue/start-queue.js'
import { startVariant } from './api-variant.js'
import type { ApiVariant, ApiWorld } from './api-variant.js'

export const CONNECTIONS = 64

/** One run of one variant at its capacity. */
export interface CapacityRun {
  readonly ordersPerSecond: number
  readonly latencyMs: Quantiles
  readonly cpuUsPerOrder: number
  readonly callsPerOrder: number
  readonly messagesPerOrder: number
  /** How much of a core the server and the load generator used. A server below 0.9 was not at its own limit. */
  readonly serverCores: number
  readonly loadCores: number
  readonly answers: Readonly<Record<string, number>>
  /** The measured time, in ms since the server's process was started. */
  readonly windowMs: { readonly from: number; readonly to: number }
}

export interface CapacityOptions {
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly keyPrefix: string
}

/** Starts the server and its queue anew, drives it as hard as it goes, and stops both. */
export async function measureCapacity(
  variant: ApiVariant,
  world: ApiWorld,
  options: CapacityOptions,
  watch: Stopwatch,
  nodeOptions: readonly string[] = [],
): Promise<CapacityRun> {
  const queue = variant.queueDelayMs === undefined ? undefined : await startNullQueue(variant.queueDelayMs)
  const server = await startVariant(variant, world, queue, nodeOptions)
  const edges: {
    serverCpu: number
    loadCpu: number
    counts: Promise<QueueCounts> | undefined
    at: number
  }[] = []
  try {
    const result = await generateClosed(
      {
        kind: 'closed',
        target: { port: server.port, path: '/v1/orders', token: world.storefront.token },
        bodies: world.bodies,
        keyPrefix: options.keyPrefix,
        connections: CONNECTIONS,
        warmUpSeconds: options.warmUpSeconds,
        seconds: options.seconds,
      },
      (edge, loadCpu) => {
        edges.push({
          serverCpu: processCpuSeconds(server.pid),
          loadCpu,
          counts: queue?.counts(),
          at: performance.now() - server.startedAt,
        })
        if (edge === 'start') watch.start()
        else watch.stop()
      },
    )
    const [start, end] = edges
    if (start === undefined || end === undefined) throw new Error('the load generator measured nothing')
    const counts = queue === undefined ? {} : countsBetween((await start.counts)!, (await end.counts)!)
    const answered = result.answers['202'] ?? 0
    const serverCpu = end.serverCpu - start.serverCpu
    return {
      ordersPerSecond: answered / result.seconds,
      latencyMs: result.latencyMs,
      cpuUsPerOrder: (serverCpu / answered) * 1e6,
      callsPerOrder: totalCalls(counts) / answered,
      messagesPerOrder: Object.values(counts).reduce((sum, { entries = 0 }) => sum + entries, 0) / answered,
      serverCores: serverCpu / result.seconds,
      loadCores: (end.loadCpu - start.loadCpu) / result.seconds,
      answers: result.answers,
      windowMs: { from: start.at, to: end.at },
    }
  } finally {
    await server.stop()
    await queue?.stop()
  }
}
