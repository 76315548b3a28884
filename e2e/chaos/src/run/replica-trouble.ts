import { setTimeout as delay } from 'node:timers/promises'
import { applyReplicaFault, victimOf } from '../faults/apply-replica-fault.js'
import type { ReplicaFault } from '../faults/fault-names.js'
import { planFaults } from '../faults/schedule.js'
import { createRandom } from '../load/random.js'
import type { ChaosWorld } from '../world/chaos-world.js'
import type { Trouble } from './chaos-run.js'
import { followSchedule } from './follow-schedule.js'

/** Mean time between two faults: a container takes longer than a process to be there again. */
const EVERY_MS = 6_000
/** How much longer the load goes on at most, so that the last faults end under it. */
const OVERTIME_MS = 120_000

/** Load at a steady rate while replicas and Postgres end and pause by the schedule of the seed, on any installation. */
export function replicaTrouble(options: {
  readonly seed: string
  readonly faults: readonly ReplicaFault[]
  readonly durationMs: number
  readonly rate: number
  readonly replicas: number
}): Trouble<ChaosWorld> {
  const { seed, faults, durationMs, rate, replicas } = options
  const random = createRandom(`${seed} schedule`)
  const planned = planFaults(random, faults, durationMs, replicas, EVERY_MS)
  return {
    asked: faults,
    async run({ world, load, log }) {
      const loaded = load.ask({ do: 'load', ms: durationMs + OVERTIME_MS, rate })
      try {
        await Promise.all([
          delay(durationMs),
          followSchedule(
            planned,
            (fault, id) => applyReplicaFault(world, fault, log, id),
            // What is paused already cannot be paused, and Postgres is one.
            (fault) => (fault.fault === 'postgres-kill' ? 'Postgres' : victimOf(world, fault).name),
          ),
        ])
      } finally {
        load.halt()
        await loaded
      }
      return undefined
    },
  }
}
