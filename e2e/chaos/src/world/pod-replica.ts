import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ANY_FORMAT, crashPod, metricsScript } from '@comanda/e2e/targets'
import type { ClusterTarget, ServiceName } from '@comanda/e2e/targets'
import type { Replica, ReplicaSignal } from './chaos-world.js'

const READY_TIMEOUT = '300s'

/** A replica that is a pod of a Deployment: the n-th of those that run now. What a pod has logged is kept when it goes. */
export function podReplica(
  { kubectl, podsOf }: Pick<ClusterTarget, 'kubectl' | 'podsOf'>,
  { service, index, logs }: { readonly service: ServiceName; readonly index: number; readonly logs: string },
): Replica {
  const name = `${service}-${index + 1}`
  let restarts = 0

  async function pod(): Promise<string> {
    const pods = (await podsOf(service)).toSorted()
    const found = pods[index % pods.length]
    if (found === undefined) throw new Error(`${service} has no pod`)
    return found
  }

  /** Its Deployment has a successor of another name at once. */
  async function remove(gone: string, ...how: readonly string[]): Promise<void> {
    const log = await kubectl('logs', gone).catch(() => '')
    await writeFile(join(logs, `${gone.replace('pod/', '')}.log`), log)
    await kubectl('delete', gone, '--ignore-not-found', ...how)
    restarts += 1
  }

  const orders: Readonly<Record<ReplicaSignal, () => Promise<void>>> = {
    async SIGKILL() {
      const gone = await pod()
      // A forced delete alone lets the kubelet ask politely first.
      await crashPod(kubectl, gone)
      await remove(gone, '--force', '--grace-period=0')
    },
    async SIGTERM() {
      await remove(await pod())
    },
    SIGSTOP: () => Promise.reject(new Error('a pod cannot be paused')),
    SIGCONT: () => Promise.resolve(),
  }

  return {
    name,
    get restarts() {
      return restarts
    },
    signal: (signal) => orders[signal](),
    async ready() {
      await kubectl('rollout', 'status', `deployment/comanda-${service}`, '--timeout', READY_TIMEOUT)
    },
    usage: () => undefined,
    metrics: async () =>
      kubectl('exec', await pod(), '--', '/usr/local/bin/node', '-e', metricsScript(ANY_FORMAT)),
  }
}
