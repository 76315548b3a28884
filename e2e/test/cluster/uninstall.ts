import { expect, it } from '@jest/globals'
import { ofGateway, PROXIES } from '../../src/cluster/gateway-proxies.js'
import { kubectlIn } from '../../src/cluster/kubectl.js'
import type { Kubectl } from '../../src/cluster/kubectl.js'
import type { ClusterTarget } from '../../src/targets/index.js'
import { eventually } from '../support/eventually.js'

/** What the chart's README says that stays. */
const DECLARED = ['persistentvolumeclaim/data-comanda-postgres-0']
/** What every namespace has. */
const OF_THE_CLUSTER = ['configmap/kube-root-ca.crt', 'serviceaccount/default']
/** What happened, and what is measured of pods. */
const NOT_KEPT = ['events', 'events.events.k8s.io', 'pods.metrics.k8s.io']
/** What goes a moment after its owner. */
const OWNED = /^(?:pod|endpoints|endpointslice\.discovery\.k8s\.io|(?:replicaset|controllerrevision)\.apps)\//

/** The last test of a file on its target: `helm uninstall` takes everything away but the data that the chart declares. */
export function itLeavesOnlyDeclaredData(target: () => ClusterTarget, timeoutMs: number): void {
  it(
    'leaves nothing but the volume of the development database when it is uninstalled',
    async () => {
      await target().uninstall()

      expect(await leftBehind(target())).toEqual(DECLARED)
    },
    timeoutMs,
  )
}

/** Everything of any kind that is left in the namespace of a release, once its pods, its proxies and what they own have gone. */
async function leftBehind({ kubectl, namespace }: ClusterTarget): Promise<readonly string[]> {
  const resources = await kubectl('api-resources', '--namespaced', '--verbs=list', '--output', 'name')
  const kinds = linesOf(resources).filter((kind) => !NOT_KEPT.includes(kind))
  return eventually(
    'the end of all pods, all proxies and what they own',
    async () => {
      const left = (await namesOf(kubectl, kinds)).filter((name) => !OF_THE_CLUSTER.includes(name))
      const proxies = await namesOf(kubectlIn(PROXIES), kinds, ofGateway(namespace))
      return proxies.length === 0 && !left.some((name) => OWNED.test(name)) && left
    },
    120_000,
  )
}

async function namesOf(kubectl: Kubectl, kinds: readonly string[], selector: readonly string[] = []) {
  return linesOf(await kubectl('get', kinds.join(), ...selector, '--output', 'name'))
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}
