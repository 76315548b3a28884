import { setTimeout as delay } from 'node:timers/promises'
import type { World } from '../world/world.js'
import { applyReplicaFault } from './apply-replica-fault.js'
import { during } from './fault-log.js'
import type { FaultLog } from './fault-log.js'
import { POINTS, isPoint } from './fault-names.js'
import type { PlannedFault } from './schedule.js'

/** Makes a planned fault happen. Resolves when it is over, with everything that it stopped running again. */
export async function applyFault(
  world: World,
  planned: PlannedFault,
  log: FaultLog,
  id: string,
): Promise<void> {
  const { fault, service, replica, link, ms } = planned
  const process = world.services[service][replica]!
  const network = world.links[link]
  if (isPoint(fault)) {
    const { point } = POINTS[fault]
    process.arm({
      id,
      point,
      hit: planned.hit,
      action: planned.action,
      ms: planned.action === 'hang' ? 8_000 : ms,
    })
    return
  }
  switch (fault) {
    case 'W4':
      world.links.postgres.loseNextCommit(() => log.fired('W4', { id }))
      return
    case 'R3':
      world.sqsProxy.failNextEvents(() => undefined)
      return
    case 'kill':
    case 'term':
    case 'stop':
    case 'postgres-kill':
      return applyReplicaFault(world, { ...planned, fault }, log, id)
    case 'queue-restart':
      return during(log, fault, { id }, () => world.emulator.restart(Math.min(ms, 1_000)))
    case 'latency':
    case 'cut':
    case 'reset':
    case 'half-open':
      await during(log, fault, { id, link }, async () => {
        network.setFault(fault === 'latency' ? { kind: fault, ms: 20 + (ms % 400) } : { kind: fault })
        await delay(fault === 'reset' ? 0 : ms)
        network.setFault(undefined)
      })
  }
}
