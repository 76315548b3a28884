import type { ClusterTarget } from '../../src/targets/index.js'
import { eventually } from '../support/eventually.js'

const KINDS = [
  ...['all', 'configmaps', 'secrets', 'serviceaccounts', 'networkpolicies', 'poddisruptionbudgets'],
  ...['persistentvolumeclaims', 'gateways', 'httproutes', 'envoyproxies', 'clienttrafficpolicies'],
  ...['backendtrafficpolicies', 'securitypolicies'],
]
/** What every namespace has. */
const OF_THE_CLUSTER = ['configmap/kube-root-ca.crt', 'serviceaccount/default']

/** What is left in the namespace of a release that was uninstalled, once its pods have gone. */
export function leftBehind(target: ClusterTarget): Promise<readonly string[]> {
  return eventually(
    'the end of all pods',
    async () => {
      const found = await target.kubectl('get', KINDS.join(','), '--output', 'name')
      const names = found.split('\n').filter((name) => name !== '' && !OF_THE_CLUSTER.includes(name))
      return !names.some((name) => name.startsWith('pod/')) && names
    },
    120_000,
  )
}
