import { createRandom } from '../load/random.js'
import { startWorld } from '../world/world.js'
import type { World, WorldOptions } from '../world/world.js'
import { CLIENT_IDS } from './callers.js'
import { chaosRun } from './chaos-run.js'
import type { ChaosResult, ChaosRunOptions } from './chaos-run.js'

export interface ProcessRunOptions extends Omit<ChaosRunOptions, 'start'> {
  readonly replicas: number
  /** False for an emulator in memory: faster, and not to be restarted. */
  readonly keepQueues?: boolean
  readonly settings?: WorldOptions['settings']
  readonly build?: Pick<WorldOptions, 'root' | 'sql'>
}

/** A run on processes of this machine, behind proxies. */
export function processRun(options: ProcessRunOptions): Promise<ChaosResult> {
  return chaosRun<World>({
    ...options,
    start: ({ folder, log }) =>
      startWorld({
        ...options.build,
        folder,
        random: createRandom(`${options.seed} queue`),
        replicas: options.replicas,
        clientIds: CLIENT_IDS,
        keepQueues: options.keepQueues ?? true,
        ...(options.settings === undefined ? {} : { settings: options.settings }),
        queueFaultFired: (fault) => log.fired(fault),
      }),
  })
}
