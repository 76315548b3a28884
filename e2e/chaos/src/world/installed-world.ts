import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { setQueueLimits } from '@comanda/e2e/embedded'
import type { Queues } from '@comanda/e2e/embedded'
import type { ServiceName, Target, TargetFaults } from '@comanda/e2e/targets'
import type { ChaosWorld, Replica } from './chaos-world.js'
import { MAX_RECEIVES, VISIBILITY_SECONDS } from './world-settings.js'

/** Two of those that take turns at the queues; requests go through one gateway to one order-api. */
export const INSTALLED_REPLICAS: Readonly<Record<ServiceName, number>> = {
  'order-api': 1,
  'order-worker': 2,
  notifier: 2,
}

/** What an installation needs of the run that it is for. */
export interface InstalledGround {
  readonly folder: string
  readonly progress: (text: string) => void
}

/** The world that is an installation of the end-to-end suite. Nobody stands between its parts, so nobody sees what they send. */
export async function installedWorld(options: {
  readonly ground: InstalledGround
  readonly logs: string
  readonly target: Target & {
    readonly name: 'compose' | 'cluster'
    readonly queues: Queues
    readonly faults: TargetFaults
  }
  readonly replicaOf: (service: ServiceName, index: number) => Promise<Replica>
}): Promise<ChaosWorld> {
  const { logs, target, replicaOf } = options
  const { folder, progress } = options.ground
  const { queues } = target
  await mkdir(logs, { recursive: true })
  await setQueueLimits(queues, {
    visibilityTimeoutSeconds: VISIBILITY_SECONDS,
    maxReceiveCount: MAX_RECEIVES,
  })
  const replicasOf = (service: ServiceName) =>
    Promise.all(Array.from({ length: INSTALLED_REPLICAS[service] }, (_, index) => replicaOf(service, index)))
  return {
    name: target.name,
    folder,
    apiUrls: [target.apiUrl],
    databaseUrl: target.databaseUrl,
    queues,
    token: (request) => target.token(request),
    services: {
      'order-api': await replicasOf('order-api'),
      'order-worker': await replicasOf('order-worker'),
      notifier: await replicasOf('notifier'),
    },
    crashPostgres: (awayMs) => target.faults.crashPostgres(awayMs),
    calm: () => Promise.resolve(),
    async collect() {
      const mails = join(folder, 'mails.jsonl')
      const file = createWriteStream(mails)
      for (const mail of await target.mails()) file.write(`${JSON.stringify(mail)}\n`)
      file.end()
      await once(file, 'finish')
      await writeFile(join(logs, 'at-the-end.log'), await target.logs())
      return { mails, published: undefined, logs }
    },
    async stop() {
      // A verdict is not lost for a network that an engine does not let go.
      await target.stop().catch((error: unknown) => progress(`something was left behind: ${String(error)}`))
    },
  }
}
