import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { CHART } from '../chart/render.js'
import { crashPod } from '../cluster/crash.js'
import { forwardPort, kubectlIn, runTool } from '../cluster/kubectl.js'
import type { Forward, Kubectl } from '../cluster/kubectl.js'
import { requireLocalContext } from '../cluster/local-context.js'
import { freePort } from '../embedded/free-port.js'
import { emulatorClient } from '../embedded/sqs.js'
import type { Queues } from '../embedded/sqs.js'
import { queuesOf, tokenFrom } from './development-parts.js'
import { answerMailpit, readMailpit } from './mailpit.js'
import { ANY_FORMAT, metricsScript } from './metrics-script.js'
import { readDepths } from './queue-depths.js'
import type { ServiceName, Target } from './target.js'

const SERVICES = ['order-api', 'order-worker', 'notifier'] as const
const PROXIES = 'envoy-gateway-system'
const INSTALL_TIMEOUT = '8m'
const READY_TIMEOUT = '180s'
const History = z.array(z.object({ chart: z.string() }))

export interface ClusterTargetOptions {
  readonly fifo?: boolean
  /** Settings to add or replace, by service. */
  readonly settings?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>
  /** Values of the chart to add or replace, as `--set` takes them. */
  readonly values?: readonly string[]
  /** Another chart than the one of this repository, such as an earlier version of it. */
  readonly chart?: string
}

/** The cluster target and what only it can show. */
export interface ClusterTarget extends Target {
  readonly name: 'cluster'
  readonly namespace: string
  readonly kubectl: Kubectl
  readonly queues: Queues
  readonly faults: NonNullable<Target['faults']>
  /** The pods of a service, like `pod/comanda-notifier-…`. */
  podsOf(name: ServiceName): Promise<readonly string[]>
  /** Asks the eviction API for a pod, as the drain of a node does; a disruption budget may refuse. */
  evict(pod: string): Promise<'evicted' | 'refused'>
  /** Keeps the number of a service's pods whatever its queue holds; without a number its scaler goes on. */
  pauseScaler(name: ServiceName, replicas: number | undefined): Promise<void>
  /** `helm upgrade` with the same values and more of them. Resolves once everything is ready. */
  upgrade(values: readonly string[], chart?: string): Promise<void>
  /** `helm rollback` to a revision; the one before by default. */
  rollback(revision?: number): Promise<void>
  /** Names and versions of the charts that were installed, the first one first. */
  chartHistory(): Promise<readonly string[]>
  /** Runs a command of a service in one of its pods, as an operator does, and resolves with what it says. */
  command(name: ServiceName, command: string): Promise<string>
  /** `helm uninstall`; the namespace stays. */
  uninstall(): Promise<void>
}

/**
 * Installs the chart with its profile `local` into a fresh namespace of the current context, which enforces the Pod Security
 * Standard `restricted`, and speaks with it through its gateway. Images are those that the cluster has under the tag
 * COMANDA_IMAGE_TAG. Refuses a cluster that does not look local.
 */
export async function startClusterTarget(options: ClusterTargetOptions = {}): Promise<ClusterTarget> {
  await requireLocalContext()
  const namespace = `comanda-e2e-${randomBytes(4).toString('hex')}`
  const kubectl = kubectlIn(namespace)
  const secrets = {
    password: randomBytes(18).toString('hex'),
    receiptKey: randomBytes(32).toString('base64'),
  }
  const valuesText = JSON.stringify(valuesOf(options, secrets))
  const upgrade = async (values: readonly string[], chart = options.chart ?? CHART) => {
    const args = [
      ...['upgrade', '--install', 'comanda', chart, '--namespace', namespace],
      ...['--values', join(CHART, 'ci/local.yaml'), '--values', '-'],
      ...[...(options.values ?? []), ...values].flatMap((value) => ['--set', value]),
      ...['--wait', '--timeout', INSTALL_TIMEOUT],
    ]
    await runTool('helm', args, valuesText)
  }
  const forwards: Forward[] = []
  const end = async () => {
    for (const forward of forwards) forward.stop()
    await runTool('kubectl', ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout', '180s'])
  }
  try {
    await createNamespace(namespace)
    await upgrade([])
    const forward = async (service: string, servicePort: number, of = namespace) => {
      const made = await forwardPort({ namespace: of, service, servicePort, port: await freePort() })
      forwards.push(made)
      return made
    }
    const ports = {
      api: await forward(await proxyService(namespace), 80, PROXIES),
      issuer: await forward('comanda-issuer', 8_081),
      mails: await forward('comanda-mailpit', 8_025),
      queues: await forward('comanda-elasticmq', 9_324),
      postgres: await forward('comanda-postgres', 5_432),
    }
    return {
      ...targetOf({ ...options, namespace, kubectl, ports, secrets, end }),
      upgrade,
      ...releaseOf(namespace),
    }
  } catch (error) {
    const words = await kubectl('get', 'pods,events').catch(() => '')
    await end()
    throw new Error(`the installation did not come up.\n${words}`, { cause: error })
  }
}

function valuesOf(
  { fifo = false, settings = {} }: ClusterTargetOptions,
  secrets: { readonly password: string; readonly receiptKey: string },
) {
  const tag = process.env['COMANDA_IMAGE_TAG'] ?? 'development'
  const service = (name: ServiceName) => ({ image: { tag }, settings: settings[name] ?? {} })
  return {
    orderApi: service('order-api'),
    orderWorker: service('order-worker'),
    notifier: service('notifier'),
    gateway: { enabled: true, envoyGateway: { enabled: true } },
    development: {
      ...secrets,
      elasticmq: { fifo },
      issuer: { image: { tag } },
      // What refusals are ordered by (`answerMails`).
      mailpit: { settings: { MP_ENABLE_CHAOS: 'true' } },
    },
  }
}

async function createNamespace(name: string): Promise<void> {
  const labels = {
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/enforce-version': 'latest',
  }
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
  await runTool('kubectl', ['create', '--filename', '-'], JSON.stringify(namespace))
}

/** The Service of the proxies, which run in Envoy Gateway's own namespace. Resolves once one of them takes requests. */
async function proxyService(namespace: string): Promise<string> {
  const selector = `gateway.envoyproxy.io/owning-gateway-namespace=${namespace}`
  const ready = ['wait', 'gateway/comanda', '--for=condition=Programmed', '--timeout', READY_TIMEOUT]
  await kubectlIn(namespace)(...ready)
  const pods = ['wait', 'pods', '--selector', selector, '--for=condition=Ready', '--timeout', READY_TIMEOUT]
  await kubectlIn(PROXIES)(...pods)
  return `envoy-${namespace}-comanda`
}

function releaseOf(namespace: string) {
  return {
    async rollback(revision?: number) {
      const to = revision === undefined ? [] : [String(revision)]
      const wait = ['--namespace', namespace, '--wait', '--timeout', INSTALL_TIMEOUT]
      await runTool('helm', ['rollback', 'comanda', ...to, ...wait])
    },
    async chartHistory() {
      const history = await runTool('helm', [
        ...['history', 'comanda', '--namespace', namespace, '--output', 'json'],
      ])
      return History.parse(JSON.parse(history)).map(({ chart }) => chart)
    },
    command: (name: ServiceName, command: string) =>
      kubectlIn(namespace)(
        ...['exec', `deploy/comanda-${name}`, '--'],
        ...['/usr/local/bin/node', `services/${name}/dist/src/main.js`, command],
      ),
    async evict(pod: string): Promise<'evicted' | 'refused'> {
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
    async pauseScaler(name: ServiceName, replicas: number | undefined) {
      const annotation = 'autoscaling.keda.sh/paused-replicas'
      const change = replicas === undefined ? `${annotation}-` : `${annotation}=${replicas}`
      const kubectl = kubectlIn(namespace)
      await kubectl('annotate', '--overwrite', 'scaledobject', `comanda-${name}`, change)
      if (replicas === 0)
        await kubectl(
          'wait',
          `deployment/comanda-${name}`,
          '--for=jsonpath={.spec.replicas}=0',
          '--timeout=120s',
        )
    },
    async uninstall() {
      await runTool('helm', ['uninstall', 'comanda', '--namespace', namespace, '--wait', '--timeout', '3m'])
    },
  }
}

function targetOf(parts: {
  readonly fifo?: boolean
  readonly namespace: string
  readonly kubectl: Kubectl
  readonly ports: Readonly<Record<'api' | 'issuer' | 'mails' | 'queues' | 'postgres', Forward>>
  readonly secrets: { readonly password: string; readonly receiptKey: string }
  readonly end: () => Promise<void>
}) {
  const { namespace, kubectl, ports, secrets } = parts
  const url = ({ port }: Forward) => `http://127.0.0.1:${port}`
  const queues = queuesOf(url(ports.queues), parts.fifo ? '.fifo' : '')
  const client = emulatorClient(queues.endpoint)
  const podsOf = async (name: string) => {
    const selector = `app.kubernetes.io/component=${name}`
    const names = await kubectl('get', 'pods', '--selector', selector, '--output', 'name')
    return names.split('\n').filter((line) => line !== '')
  }
  const ready = async (kind: string, name: string) => {
    await kubectl('rollout', 'status', `${kind}/comanda-${name}`, '--timeout', READY_TIMEOUT)
  }
  const scale = (kind: string, name: string, replicas: number) =>
    kubectl('scale', `${kind}/comanda-${name}`, '--replicas', String(replicas))
  const gone = (name: string) =>
    kubectl(
      'wait',
      'pods',
      '--for=delete',
      '--timeout=60s',
      '--selector',
      `app.kubernetes.io/component=${name}`,
    )
  const logs = async (name: string) =>
    (
      await Promise.all(
        (await podsOf(name)).flatMap((pod) => [
          kubectl('logs', pod, '--previous').catch(() => ''),
          kubectl('logs', pod).catch(() => ''),
        ]),
      )
    ).join('')
  return {
    name: 'cluster' as const,
    namespace,
    kubectl,
    apiUrl: url(ports.api),
    queues,
    databaseUrl: `postgres://comanda:${secrets.password}@127.0.0.1:${ports.postgres.port}/comanda`,
    token: (request: Parameters<Target['token']>[0]) => tokenFrom(url(ports.issuer), request),
    mails: () => readMailpit(url(ports.mails)),
    depths: () => readDepths(client, queues),
    podsOf,
    logs: async () => {
      const proxies = ['--selector', `gateway.envoyproxy.io/owning-gateway-namespace=${namespace}`]
      const gateway = kubectlIn(PROXIES)('logs', ...proxies, '--container', 'envoy', '--tail=-1')
      return [...(await Promise.all(SERVICES.map(logs))), await gateway].join('')
    },
    metrics: async (accept = ANY_FORMAT) => {
      const pods = (await Promise.all(SERVICES.map(podsOf))).flat()
      const script = metricsScript(accept)
      const shown = pods.map((pod) => kubectl('exec', pod, '--', '/usr/local/bin/node', '-e', script))
      return (await Promise.all(shown)).join('')
    },
    secrets: [secrets.password, secrets.receiptKey],
    faults: {
      async killService(name: ServiceName, whileAway?: () => Promise<unknown>) {
        const pods = await podsOf(name)
        // Kept away by its Deployment; the kubelet would start the container again at once.
        const before = await kubectl(
          'get',
          `deployment/comanda-${name}`,
          '--output',
          'jsonpath={.spec.replicas}',
        )
        await scale('deployment', name, 0)
        await Promise.all(pods.map((pod) => crashPod(kubectl, pod)))
        await gone(name)
        await Promise.resolve(whileAway?.()).finally(() => scale('deployment', name, Number(before)))
        await ready('deployment', name)
      },
      async crashPostgres(awayMs: number) {
        await kubectl('exec', 'comanda-postgres-0', '--', 'pg_ctl', 'stop', '--mode=immediate', '--no-wait')
        await scale('statefulset', 'postgres', 0)
        await gone('postgres')
        await delay(awayMs)
        await scale('statefulset', 'postgres', 1)
        await ready('statefulset', 'postgres')
        await ports.postgres.renew()
      },
      answerMails: ({ code }: { readonly code: number }) => answerMailpit(url(ports.mails), code),
    },
    async stop() {
      client.destroy()
      await runTool('helm', [
        'uninstall',
        'comanda',
        '--namespace',
        namespace,
        '--ignore-not-found',
        '--wait',
      ])
      await parts.end()
    },
  }
}
