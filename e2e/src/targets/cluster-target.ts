import { randomBytes } from 'node:crypto'
import { CHART } from '../chart/render.js'
import { PROXIES, proxyLogs, proxyService } from '../cluster/gateway-proxies.js'
import { forwardPort, kubectlIn } from '../cluster/kubectl.js'
import type { Forward, Kubectl } from '../cluster/kubectl.js'
import { requireLocalContext } from '../cluster/local-context.js'
import { createRestrictedNamespace, deleteNamespace } from '../cluster/namespace.js'
import { logsOf, podsOf, runInPods } from '../cluster/pods.js'
import { createRelease } from '../cluster/release.js'
import type { Release } from '../cluster/release.js'
import { freePort } from '../embedded/free-port.js'
import { emulatorClient } from '../embedded/sqs.js'
import type { Queues } from '../embedded/sqs.js'
import { clusterFaults } from './cluster-faults.js'
import { operationsIn } from './cluster-operations.js'
import type { Operations } from './cluster-operations.js'
import { queuesOf, tokenFrom } from './development-parts.js'
import { readMailpit } from './mailpit.js'
import { ANY_FORMAT, metricsScript } from './metrics-script.js'
import { readDepths } from './queue-depths.js'
import type { ServiceName, Target, TargetFaults } from './target.js'

const SERVICES = ['order-api', 'order-worker', 'notifier'] as const

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
export interface ClusterTarget extends Target, Release, Operations {
  readonly name: 'cluster'
  readonly namespace: string
  readonly kubectl: Kubectl
  readonly queues: Queues
  readonly faults: TargetFaults
  /** The pods of a service, like `pod/comanda-notifier-…`. */
  podsOf(name: ServiceName): Promise<readonly string[]>
}

interface Secrets {
  readonly password: string
  readonly receiptKey: string
}

type Ports = Readonly<Record<'api' | 'issuer' | 'mails' | 'queues' | 'postgres', Forward>>

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
  const { chart = CHART, values: changes = [] } = options
  const release = createRelease({ namespace, chart, values: valuesOf(options, secrets), changes })
  const forwards: Forward[] = []
  const end = async () => {
    for (const forward of forwards) forward.stop()
    await deleteNamespace(namespace)
  }
  const forward = async (service: string, servicePort: number, of = namespace) => {
    const made = await forwardPort({ namespace: of, service, servicePort, port: await freePort() })
    forwards.push(made)
    return made
  }
  try {
    await createRestrictedNamespace(namespace)
    await release.upgrade([])
    const ports = {
      api: await forward(await proxyService(namespace), 80, PROXIES),
      issuer: await forward('comanda-issuer', 8_081),
      mails: await forward('comanda-mailpit', 8_025),
      queues: await forward('comanda-elasticmq', 9_324),
      postgres: await forward('comanda-postgres', 5_432),
    }
    return targetOf({ fifo: options.fifo ?? false, namespace, release, ports, secrets, end })
  } catch (error) {
    const words = await kubectl('get', 'pods,events').catch(() => '')
    await end()
    throw new Error(`the installation did not come up.\n${words}`, { cause: error })
  }
}

/** Values of the chart for an installation under test. */
function valuesOf({ fifo = false, settings = {} }: ClusterTargetOptions, secrets: Secrets) {
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

function targetOf(parts: {
  readonly fifo: boolean
  readonly namespace: string
  readonly release: Release
  readonly ports: Ports
  readonly secrets: Secrets
  readonly end: () => Promise<void>
}): ClusterTarget {
  const { namespace, release, ports, secrets } = parts
  const kubectl = kubectlIn(namespace)
  const url = ({ port }: Forward) => `http://127.0.0.1:${port}`
  const queues = queuesOf(url(ports.queues), parts.fifo ? '.fifo' : '')
  const client = emulatorClient(queues.endpoint)
  const mailpitUrl = url(ports.mails)
  return {
    name: 'cluster',
    namespace,
    kubectl,
    apiUrl: url(ports.api),
    queues,
    databaseUrl: `postgres://comanda:${secrets.password}@127.0.0.1:${ports.postgres.port}/comanda`,
    token: (request) => tokenFrom(url(ports.issuer), request),
    mails: () => readMailpit(mailpitUrl),
    depths: () => readDepths(client, queues),
    podsOf: (name) => podsOf(kubectl, name),
    async logs() {
      const services = SERVICES.map((name) => logsOf(kubectl, name))
      return (await Promise.all([...services, proxyLogs(namespace)])).join('')
    },
    metrics: (accept = ANY_FORMAT) => runInPods(kubectl, SERVICES, metricsScript(accept)),
    secrets: [secrets.password, secrets.receiptKey],
    faults: clusterFaults({ kubectl, postgres: ports.postgres, mailpitUrl }),
    ...release,
    ...operationsIn(namespace),
    async stop() {
      client.destroy()
      await release.uninstall()
      await parts.end()
    },
  }
}
