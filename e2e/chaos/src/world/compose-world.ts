import { join } from 'node:path'
import { startComposeTarget } from '@comanda/e2e/targets'
import type { ChaosWorld } from './chaos-world.js'
import { containerReplica } from './container-replica.js'
import { INSTALLED_REPLICAS, installedWorld } from './installed-world.js'
import type { InstalledGround } from './installed-world.js'
import { CHAOS_SETTINGS } from './world-settings.js'

/** Nobody asks until all is over; every two seconds, as the images have it, five containers cost half a core. */
const healthcheck = { interval: '10s' }
/** What all others wait for comes first where the processors are short, as in the chart's profile for one machine. */
const SERVICES = {
  elasticmq: { cpu_shares: 8_192 },
  postgres: { cpu_shares: 4_096 },
  'order-api': { healthcheck },
  'order-worker': { healthcheck },
  notifier: { healthcheck },
}

/** Brings docker-compose.yml up as a project of its own, with the settings of every chaos run. */
export async function startComposeWorld(ground: InstalledGround): Promise<ChaosWorld> {
  const target = await startComposeTarget({
    settings: CHAOS_SETTINGS,
    replicas: INSTALLED_REPLICAS,
    services: SERVICES,
  })
  ground.progress(`Compose project ${target.project}`)
  try {
    return await installedWorld({
      ground,
      logs: join(ground.folder, 'logs'),
      target,
      async replicaOf(service, index) {
        const container = (await target.containersOf(service))[index]
        if (container === undefined) throw new Error(`${service} has no container ${index + 1}`)
        return containerReplica(`${service}-${index + 1}`, container)
      },
    })
  } catch (error) {
    await target.stop()
    throw error
  }
}
