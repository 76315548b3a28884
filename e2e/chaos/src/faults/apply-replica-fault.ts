import { setTimeout as delay } from 'node:timers/promises'
import type { ChaosWorld, Replica } from '../world/chaos-world.js'
import { during } from './fault-log.js'
import type { FaultDetail, FaultLog } from './fault-log.js'
import type { ReplicaFault } from './fault-names.js'
import type { PlannedFault } from './schedule.js'

/** Whom a fault is meant for. Some installations have fewer of one service than of another. */
export function victimOf(
  { services }: ChaosWorld,
  { service, replica }: Pick<PlannedFault, 'service' | 'replica'>,
): Replica {
  const replicas = services[service]
  return replicas[replica % replicas.length]!
}

/** Makes a fault of a replica or of Postgres happen, whatever they run on. Resolves when it is over. */
export async function applyReplicaFault(
  world: ChaosWorld,
  planned: PlannedFault<ReplicaFault>,
  log: FaultLog,
  id: string,
): Promise<void> {
  const { fault, ms } = planned
  const victim = victimOf(world, planned)
  const happens = (detail: FaultDetail, work: () => Promise<void>) =>
    during(log, fault, { id, ...detail }, work)
  switch (fault) {
    case 'kill':
    case 'term':
      return happens({ process: victim.name }, () => victim.signal(fault === 'kill' ? 'SIGKILL' : 'SIGTERM'))
    case 'stop':
      return happens({ process: victim.name }, async () => {
        await victim.signal('SIGSTOP')
        await delay(ms)
        await victim.signal('SIGCONT')
      })
    case 'postgres-kill':
      return happens({}, () => world.crashPostgres(ms))
  }
}
