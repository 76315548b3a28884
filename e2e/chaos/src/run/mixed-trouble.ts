import { setTimeout as delay } from 'node:timers/promises'
import { applyFault } from '../faults/apply-fault.js'
import { POINTS, isPoint, isQueueFault } from '../faults/fault-names.js'
import type { FaultName, MomentFault, PointName } from '../faults/fault-names.js'
import { planFaults } from '../faults/schedule.js'
import { createRandom } from '../load/random.js'
import type { QueueFault } from '../proxies/sqs-proxy.js'
import type { FaultLog } from '../faults/fault-log.js'
import type { World } from '../world/world.js'
import type { Trouble } from './chaos-run.js'
import { followSchedule } from './follow-schedule.js'

/** How much longer the load goes on at most, so that every point that was asked for is reached. */
const MAKE_UP_MS = 12_000

/** How often each fault of the queue happens to a call or an entry. */
const PROBABILITIES: Readonly<Record<QueueFault, number>> = {
  duplicate: 0.05,
  delay: 0.05,
  reorder: 0.5,
  redelivery: 0.03,
  'send-failed': 0.02,
  'delete-failed': 0.03,
  'visibility-failed': 0.05,
  'error-500': 0.01,
  throttling: 0.005,
}

/** Load at a steady rate while faults happen by the schedule of the seed. */
export function mixedTrouble(options: {
  readonly seed: string
  readonly faults: readonly FaultName[]
  readonly durationMs: number
  readonly rate: number
  /** Faults of one process choose among the first so many replicas of its service; those beyond are spared. */
  readonly replicas: number
  /** Mean time between two faults; as many as fit without it. */
  readonly everyMs?: number
  readonly measure?: NonNullable<Trouble['measure']>
}): Trouble {
  const { seed, faults, durationMs } = options
  const planned = planFaults(
    createRandom(`${seed} schedule`),
    faults.filter((fault): fault is MomentFault => !isQueueFault(fault)),
    durationMs,
    options.replicas,
    options.everyMs,
  )
  return {
    asked: faults,
    ...(options.measure === undefined ? {} : { measure: options.measure }),
    async run({ world, load, log }) {
      world.sqsProxy.setFaults(
        Object.fromEntries(faults.filter(isQueueFault).map((fault) => [fault, PROBABILITIES[fault]])),
      )
      const startedAt = performance.now()
      const loaded = load.ask({ do: 'load', ms: durationMs + MAKE_UP_MS, rate: options.rate })
      await followSchedule(planned, (fault, id) => applyFault(world, fault, log, id))
      await delay(Math.max(0, startedAt + durationMs - performance.now()))
      await makeUp(world, log, faults.filter(isPoint), options.replicas)
      load.halt()
      await loaded
      return undefined
    },
  }
}

/** Points that were planned and not reached, since their process had died of something else, get another chance. */
async function makeUp(
  world: World,
  log: FaultLog,
  points: readonly PointName[],
  replicas: number,
): Promise<void> {
  const missing = () => points.filter((name) => log.counts()[name] === undefined)
  const deadline = performance.now() + MAKE_UP_MS - 1_000
  for (let tries = 1; missing().length > 0 && performance.now() < deadline; tries += 1) {
    for (const name of missing())
      for (const process of world.services[POINTS[name].service].slice(0, replicas))
        process.arm({ id: `make-up-${name}-${tries}`, point: POINTS[name].point, hit: 1, action: 'kill' })
    await delay(1_000)
  }
}
