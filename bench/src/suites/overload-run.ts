import { residentMiB } from '../host/memory.js'
import type { Stopwatch } from '../host/foreign-cpu.js'
import { generateClosed, generateOpen } from '../load/start-load.js'
import type { OpenLoopResult } from '../load/open-loop.js'
import { memoryTrend } from '../measure/memory-trend.js'
import type { MemoryTrend } from '../measure/memory-trend.js'
import { quantiles } from '../measure/statistics.js'
import type { Quantiles } from '../measure/statistics.js'
import { startNullQueue } from '../queue/start-queue.js'
import { countBy } from './api-latency.js'
import { freshPrefix, startVariant } from './api-variant.js'
import type { ApiWorld } from './api-variant.js'

/** What one group of callers offers. */
export interface OfferedLoad {
  readonly ratePerSecond: number
  /** One token an account; requests take them in turn. */
  readonly tokens: readonly string[]
  /** Other orders than those of the world. */
  readonly bodies?: readonly string[]
}

/** What one group of callers got; latencies count from the scheduled instant. */
export interface LoadOutcome {
  readonly ratePerSecond: number
  readonly goodputPerSecond: number
  readonly accepted: Quantiles
  /** 503, with or without a look at the request. */
  readonly shed: Quantiles
  readonly answers: Readonly<Record<string, number>>
  readonly backlogAtEnd: number
}

export interface OverloadRun {
  readonly loads: readonly LoadOutcome[]
  /** What the same process carried in a closed loop just before and just after, in orders/s; empty where nobody asked. */
  readonly capacities: readonly number[]
  /** Orders with a 202 that never came to the queue. */
  readonly lost: number
  readonly memory: MemoryTrend
}

/** Fewer than `SHED_MAX_UNDER_WAY`, so that nothing is shed while the capacity is measured. */
const CAPACITY_CONNECTIONS = 48

/**
 * One order-api with its own queue under the loads of several groups at once. Where they are shares of its capacity, that is
 * measured in the same process before and after: machines that are shared with others change their pace within minutes.
 * `beside` starts what else goes on during the measured time and resolves with its end.
 */
export async function runOverload(
  world: ApiWorld,
  options: {
    readonly loads: readonly OfferedLoad[] | ((capacityPerSecond: number) => readonly OfferedLoad[])
    readonly capacitySeconds: number
    readonly seconds: number
    readonly warmUpSeconds: number
    readonly settings: Readonly<Record<string, string>>
    readonly beside?: (port: number) => Promise<() => Promise<void>>
  },
  watch: Stopwatch,
): Promise<OverloadRun> {
  const { capacitySeconds, seconds, warmUpSeconds, settings } = options
  const queue = await startNullQueue(5, { keepIds: true })
  const server = await startVariant({ name: 'overload', kind: 'order-api', settings }, world, queue)
  const samples: { orders: number; mib: number }[] = []
  const generate = (
    { ratePerSecond, tokens, bodies = world.bodies }: OfferedLoad,
    forSeconds: number,
    seed: number,
  ) =>
    generateOpen({
      kind: 'open',
      target: { port: server.port, path: '/v1/orders', token: tokens[0]!, tokens },
      bodies,
      keyPrefix: freshPrefix(),
      ratePerSecond,
      count: Math.ceil(ratePerSecond * forSeconds),
      seed,
      connections: 1_000,
      patienceSeconds: 20,
    })
  const measureCapacity = async (warmUp: number): Promise<number> => {
    const { answers, seconds: measured } = await generateClosed(
      {
        kind: 'closed',
        target: { port: server.port, path: '/v1/orders', token: world.storefront.token },
        bodies: world.bodies,
        keyPrefix: freshPrefix(),
        connections: CAPACITY_CONNECTIONS,
        warmUpSeconds: warmUp,
        seconds: capacitySeconds,
      },
      () => undefined,
    )
    return (answers['202'] ?? 0) / measured
  }
  try {
    const asked = typeof options.loads === 'function'
    const capacities = asked ? [await measureCapacity(warmUpSeconds)] : []
    const loads = typeof options.loads === 'function' ? options.loads(capacities[0]!) : options.loads
    const offered = loads.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0)
    const warmUp = await Promise.all(loads.map((load, index) => generate(load, warmUpSeconds, index)))
    const end = await options.beside?.(server.port)
    const startedAt = performance.now()
    const sampler = setInterval(() => {
      const orders = ((performance.now() - startedAt) / 1_000) * offered
      samples.push({ orders, mib: residentMiB(server.pid) })
    }, 1_000)
    watch.start()
    const results = await Promise.all(loads.map((load, index) => generate(load, seconds, 100 + index)))
    watch.stop()
    clearInterval(sampler)
    await end?.()
    if (asked) capacities.push(await measureCapacity(1))
    const queued = new Set(await queue.ids())
    const answered = [...warmUp, ...results].flatMap(({ orders }) => orders)
    return {
      capacities,
      loads: results.map((result, index) => outcomeOf(result, loads[index]!.ratePerSecond, seconds)),
      lost: answered.filter(({ status, id }) => status === 202 && !queued.has(id!)).length,
      memory: memoryTrend(samples),
    }
  } finally {
    await server.stop()
    await queue.stop()
  }
}

function outcomeOf(
  { orders, backlogAtEnd }: OpenLoopResult,
  ratePerSecond: number,
  seconds: number,
): LoadOutcome {
  const latencies = (wanted: number) =>
    quantiles(
      orders
        .filter(({ status }) => status === wanted)
        .map(({ scheduledAt, answeredAt }) => answeredAt! - scheduledAt),
    )
  const accepted = latencies(202)
  return {
    ratePerSecond,
    goodputPerSecond: accepted.count / seconds,
    accepted,
    shed: latencies(503),
    answers: countBy(orders.map(({ status }) => String(status ?? 'none'))),
    backlogAtEnd,
  }
}
