import { join } from 'node:path'
import { startClusterTarget } from '@comanda/e2e/targets'
import type { ChaosWorld } from './chaos-world.js'
import { INSTALLED_REPLICAS, installedWorld } from './installed-world.js'
import type { InstalledGround } from './installed-world.js'
import { podReplica } from './pod-replica.js'
import { CHAOS_SETTINGS } from './world-settings.js'

/** Installs the chart into a fresh namespace of the current context, with the settings of every chaos run. */
export async function startClusterWorld(ground: InstalledGround): Promise<ChaosWorld> {
  const target = await startClusterTarget({
    settings: CHAOS_SETTINGS,
    values: [
      `orderApi.replicas=${INSTALLED_REPLICAS['order-api']}`,
      `orderWorker.replicas=${INSTALLED_REPLICAS['order-worker']}`,
      `notifier.replicas=${INSTALLED_REPLICAS.notifier}`,
    ],
  })
  ground.progress(`namespace ${target.namespace}`)
  const logs = join(ground.folder, 'logs')
  try {
    return await installedWorld({
      ground,
      logs,
      target,
      replicaOf: (service, index) => Promise.resolve(podReplica(target, { service, index, logs })),
    })
  } catch (error) {
    await target.stop()
    throw error
  }
}
