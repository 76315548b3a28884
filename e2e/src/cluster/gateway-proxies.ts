import { kubectlIn, READY_TIMEOUT } from './kubectl.js'

/** Where Envoy Gateway runs the proxies of every Gateway. */
export const PROXIES = 'envoy-gateway-system'

/** The Service of the proxies of a release. Resolves once one of them takes requests. */
export async function proxyService(namespace: string): Promise<string> {
  const gateway = ['wait', 'gateway/comanda', '--for=condition=Programmed', '--timeout', READY_TIMEOUT]
  await kubectlIn(namespace)(...gateway)
  const pods = ['wait', 'pods', ...ofGateway(namespace), '--for=condition=Ready', '--timeout', READY_TIMEOUT]
  await kubectlIn(PROXIES)(...pods)
  return `envoy-${namespace}-comanda`
}

/** What the proxies of a release have logged. */
export function proxyLogs(namespace: string): Promise<string> {
  return kubectlIn(PROXIES)('logs', ...ofGateway(namespace), '--container', 'envoy', '--tail=-1')
}

/** What `kubectl` selects everything by that Envoy Gateway made for a release. */
export function ofGateway(namespace: string): readonly string[] {
  return ['--selector', `gateway.envoyproxy.io/owning-gateway-namespace=${namespace}`]
}
