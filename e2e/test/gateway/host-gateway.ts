import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments, stringify } from 'yaml'
import { renderChart } from '../../src/chart/render.js'
import { freePort } from '../../src/embedded/free-port.js'

const run = promisify(execFile)
/** Envoy Gateway with its files as configuration: what `edge-eg.sh start DIR` does. */
const SCRIPT = process.env['COMANDA_EDGE_EG'] ?? '../shared/lab/edge-eg.sh'
const RULED = ['Gateway', 'HTTPRoute', 'ClientTrafficPolicy', 'BackendTrafficPolicy', 'SecurityPolicy']

/** Envoy Gateway and Envoy on this machine, ruled by what the chart renders. */
export interface HostGateway {
  readonly url: string
  /** Puts other values of the chart in force, or other backends. Resolves once Envoy goes by them. */
  configure(values: readonly string[], backendPorts?: readonly number[]): Promise<void>
  stop(): Promise<void>
}

/** Starts both in front of backends on this machine. One at a time on a machine: Envoy Gateway's own ports are fixed. */
export async function startHostGateway(options: {
  readonly issuer: { readonly url: string; readonly jwksUri: string }
  readonly backendPorts: readonly number[]
  readonly values?: readonly string[]
}): Promise<HostGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'comanda-gateway-'))
  const [resources, state] = [join(folder, 'resources'), join(folder, 'run')]
  await mkdir(resources)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let generation = 0
  const write = async (values: readonly string[], backendPorts = options.backendPorts) => {
    generation += 1
    const { issuer } = options
    const documents = await hostResources({ issuer, backendPorts, port, values, generation })
    const next = join(folder, 'next.yaml')
    await writeFile(next, documents)
    await cp(next, join(resources, 'comanda.yaml'))
  }
  /** Each generation says its number in a header of the answers. */
  const inForce = async () => {
    const deadline = performance.now() + 60_000
    for (;;) {
      const answer = await fetch(`${url}/openapi.json`).catch(() => undefined)
      if (answer?.headers.get('x-generation') === String(generation)) return
      if (performance.now() > deadline) throw new Error(`generation ${generation} is not in force`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await write(options.values ?? [])
  const environment = { ...process.env, WAIT_URL: `${url}/openapi.json` }
  await run('bash', [SCRIPT, 'start', resources, state], { env: environment })
  await inForce()
  return {
    url,
    async configure(values, backendPorts) {
      await write(values, backendPorts)
      await inForce()
    },
    async stop() {
      await run('bash', [SCRIPT, 'stop', state])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The chart's own resources; only what leads into a cluster leads to this machine instead. */
async function hostResources(options: {
  readonly issuer: { readonly url: string; readonly jwksUri: string }
  readonly backendPorts: readonly number[]
  readonly port: number
  readonly values: readonly string[]
  readonly generation: number
}): Promise<string> {
  const { issuer, backendPorts, port, values, generation } = options
  const rendered = await renderChart('minimal', [
    ...['gateway.enabled=true', 'gateway.envoyGateway.enabled=true', `gateway.listener.port=${port}`],
    ...[`auth.issuers[0].issuer=${issuer.url}`, `auth.issuers[0].jwksUri=${issuer.jwksUri}`],
    ...values,
  ])
  const kept = parseAllDocuments(rendered)
    .map((document) => document.toJS() as Ruled | null)
    .filter((resource): resource is Ruled => resource !== null && RULED.includes(resource.kind))
    .map((resource) => onHost(resource, generation))
  const others = [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'envoy' },
      spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
    },
    {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'Backend',
      metadata: { name: 'order-api', namespace: 'comanda' },
      spec: { endpoints: backendPorts.map((backend) => ({ ip: { address: '127.0.0.1', port: backend } })) },
    },
  ]
  return [...others, ...kept].map((resource) => stringify(resource)).join('---\n')
}

interface Ruled {
  readonly kind: string
  readonly spec: {
    infrastructure?: unknown
    rules?: { backendRefs: unknown; filters?: unknown }[]
  }
}

function onHost(resource: Ruled, generation: number): Ruled {
  // Its EnvoyProxy speaks of Deployments.
  if (resource.kind === 'Gateway') delete resource.spec.infrastructure
  for (const rule of resource.spec.rules ?? []) {
    rule.backendRefs = [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'order-api' }]
    const set = [{ name: 'x-generation', value: String(generation) }]
    rule.filters = [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set } }]
  }
  return resource
}
