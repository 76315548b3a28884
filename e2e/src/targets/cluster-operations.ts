import { kubectlIn, runTool } from '../cluster/kubectl.js'
import type { ServiceName } from './target.js'

/** What an operator, or the cluster by itself, does to an installation that runs. */
export interface Operations {
  /** Asks the eviction API for a pod, as the drain of a node does; a disruption budget may refuse. */
  evict(pod: string): Promise<'evicted' | 'refused'>
  /** Keeps the number of a service's pods whatever its queue holds; without a number its scaler goes on. */
  pauseScaler(name: ServiceName, replicas: number | undefined): Promise<void>
  /** Runs a command of a service in one of its pods, as an operator does, and resolves with what it says. */
  command(name: ServiceName, command: string): Promise<string>
}

/** The operations on the release `comanda` in a namespace. */
export function operationsIn(namespace: string): Operations {
  const kubectl = kubectlIn(namespace)
  return {
    async evict(pod) {
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } }
      try {
        await runTool('kubectl', ['create', '--raw', path, '--filename', '-'], JSON.stringify(eviction))
        return 'evicted'
      } catch (error) {
        if (String(error).includes('disruption budget')) return 'refused'
        throw error
      }
    },
    async pauseScaler(name, replicas) {
      const annotation = 'autoscaling.keda.sh/paused-replicas'
      const change = replicas === undefined ? `${annotation}-` : `${annotation}=${replicas}`
      await kubectl('annotate', '--overwrite', 'scaledobject', `comanda-${name}`, change)
      const none = ['--for=jsonpath={.spec.replicas}=0', '--timeout=120s']
      if (replicas === 0) await kubectl('wait', `deployment/comanda-${name}`, ...none)
    },
    command: (name, command) =>
      kubectl(
        ...['exec', `deploy/comanda-${name}`, '--'],
        ...['/usr/local/bin/node', `services/${name}/dist/src/main.js`, command],
      ),
  }
}
