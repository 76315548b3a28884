import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { emulatorClient } from '../embedded/sqs.js'
import { queuesOf, tokenFrom } from './development-parts.js'
import { readMailpit } from './mailpit.js'
import { ANY_FORMAT } from './metrics-script.js'
import { readDepths } from './queue-depths.js'
import type { Target } from './target.js'

const CLUSTER = 'https://kubernetes.default.svc'
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
const SERVICES =
  'app.kubernetes.io/instance=comanda,app.kubernetes.io/component in (order-api,order-worker,notifier)'

const Pods = z.object({
  items: z.array(
    z.object({ metadata: z.object({ name: z.string() }), status: z.object({ podIP: z.string() }) }),
  ),
})
const ReceiptKeys = z.object({ keys: z.record(z.string(), z.string()) })

/**
 * The release `comanda` of the chart's development profile in the namespace of this pod, through its gateway. It was installed by
 * somebody else and goes on afterwards, so nothing of it is broken on purpose. The pod needs what e2e/verify gives it.
 */
export async function attachToDeployment(): Promise<Target> {
  const namespace = await readFile(`${ACCOUNT}/namespace`, 'utf8')
  const password = required('COMANDA_DATABASE_PASSWORD')
  const receiptKeys = ReceiptKeys.parse(JSON.parse(required('COMANDA_RECEIPT_KEYS')))
  const queues = queuesOf('http://comanda-elasticmq:9324', '')
  const client = emulatorClient(queues.endpoint)
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const servicePods = async () => {
    const found = await askCluster(`${pods}?labelSelector=${encodeURIComponent(SERVICES)}`)
    return Pods.parse(JSON.parse(found)).items
  }
  return {
    name: 'deployed',
    apiUrl: `http://envoy-${namespace}-comanda.envoy-gateway-system`,
    databaseUrl: `postgres://comanda:${password}@comanda-postgres:5432/comanda`,
    token: (request) => tokenFrom('http://comanda-issuer:8081', request),
    mails: () => readMailpit('http://comanda-mailpit:8025'),
    depths: () => readDepths(client, queues),
    logs: async () => {
      const running = await servicePods()
      const logs = running.map(({ metadata: { name } }) => askCluster(`${pods}/${name}/log`))
      return (await Promise.all(logs)).join('')
    },
    metrics: async (accept = ANY_FORMAT) => {
      const shown = (await servicePods()).map(async ({ status: { podIP } }) =>
        (await fetch(`http://${podIP}:9090/metrics`, { headers: { accept } })).text(),
      )
      return (await Promise.all(shown)).join('')
    },
    secrets: [password, ...Object.values(receiptKeys.keys)],
    stop() {
      client.destroy()
      return Promise.resolve()
    },
  }
}

async function askCluster(path: string): Promise<string> {
  const token = await readFile(`${ACCOUNT}/token`, 'utf8')
  const answer = await fetch(`${CLUSTER}${path}`, { headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`the cluster answered ${answer.status} to ${path}`)
  return answer.text()
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing`)
  return value
}
