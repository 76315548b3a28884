import {
  attachToDeployment,
  startClusterTarget,
  startComposeTarget,
  startEmbeddedTarget,
} from '../../src/targets/index.js'
import type { Target, TargetFaults } from '../../src/targets/index.js'

/** The client that the suite's tokens are for, shoppers included. */
export const CLIENT_ID = 'storefront'

export interface TargetNeeds {
  /** Queues that keep an order, instead of standard ones. */
  readonly fifo?: boolean
  /** Leases and pauses of seconds instead of minutes, for tests that break something and wait for the repair. */
  readonly quickRecovery?: boolean
  /** Collects spans. */
  readonly traced?: boolean
}

/**
 * Starts the installation that the environment variable COMANDA_TARGET names, `embedded` where it is not set. Logs are
 * as talkative as they can be: what stands in none of them now never does.
 */
export async function startTargetUnderTest(needs: TargetNeeds = {}): Promise<Target> {
  const name = process.env['COMANDA_TARGET'] ?? 'embedded'
  const { fifo = process.env['COMANDA_QUEUES'] === 'fifo', quickRecovery = false, traced = false } = needs
  const talkative = { LOG_LEVEL: 'trace' }
  const settings = {
    'order-api': { ...talkative, ACCESS_LOG: 'on' },
    'order-worker': {
      ...talkative,
      WAIT_TIME_SECONDS: '1',
      BACKOFF_FIRST_SECONDS: '1',
      ...(quickRecovery
        ? {
            VISIBILITY_TIMEOUT_SECONDS: '4',
            HEARTBEAT_SECONDS: '1',
            BACKOFF_MAX_SECONDS: '2',
            OUTBOX_SWEEP_INTERVAL_MS: '250',
            OUTBOX_SWEEP_AFTER_MS: '1000',
          }
        : {}),
    },
    notifier: {
      ...talkative,
      WAIT_TIME_SECONDS: '1',
      BACKOFF_FIRST_SECONDS: '1',
      ...(quickRecovery
        ? {
            VISIBILITY_TIMEOUT_SECONDS: '4',
            BACKOFF_MAX_SECONDS: '2',
            SWEEP_INTERVAL_MS: '250',
            // A claim lasts three times as long, and a killed sender's mails wait for its end.
            SEND_TIMEOUT_MS: '1500',
          }
        : {}),
    },
  }
  switch (name) {
    case 'embedded':
      return startEmbeddedTarget({ clientIds: [CLIENT_ID], fifo, traced, settings })
    case 'compose':
      return startComposeTarget({ fifo, traced, settings })
    case 'cluster':
      return startClusterTarget({ fifo, settings })
    case 'deployed':
      return attachToDeployment()
    default:
      throw new Error(`COMANDA_TARGET names ${name}; there are embedded, compose, cluster and deployed`)
  }
}

/** What can be broken on this target. Throws where nothing can: then the suite that asks for it does not fit the target. */
export function faultsOf(target: Target): TargetFaults {
  if (target.faults === undefined) throw new Error(`nothing can be broken on the target ${target.name}`)
  return target.faults
}
