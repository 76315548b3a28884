import { fileURLToPath } from 'node:url'
import { EMULATOR_ENVIRONMENT, freePort } from '@comanda/e2e/embedded'
import type { ApiBaseline } from '../baselines/api-main.js'
import { SERVER_CORE } from '../host/affinity.js'
import { firstLine, startProcess } from '../host/start-process.js'
import type { StartedProcess } from '../host/start-process.js'
import type { BenchDatabase } from '../installation/database.js'
import { receiptKeys } from '../installation/receipt-keys.js'
import { startService } from '../installation/services.js'
import type { Storefront } from '../installation/storefront.js'
import type { CountingQueue } from '../queue/start-queue.js'

/** One of the servers that are compared. */
export interface ApiVariant {
  readonly name: string
  readonly kind: 'ceiling' | 'bare' | 'tutorial' | 'order-api'
  /** How long its queue takes to answer; without it there is no queue. */
  readonly queueDelayMs?: number
  /** Settings of order-api other than its defaults. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A closed loop looks for what the core can carry, so nothing of it is shed; the baselines cannot shed either. */
const SHEDS_NOTHING = { SHED_MAX_UNDER_WAY: '1000000' } as const

export const ORDER_API_VARIANTS = [0, 5].map((queueDelayMs): ApiVariant => ({
  name: `order-api, queue ${queueDelayMs} ms`,
  kind: 'order-api',
  queueDelayMs,
  settings: SHEDS_NOTHING,
}))

export const API_VARIANTS: readonly ApiVariant[] = [
  { name: 'load generator against a fixed answer', kind: 'ceiling' },
  { name: 'bare', kind: 'bare' },
  ...[0, 5].map((queueDelayMs): ApiVariant => ({
    name: `tutorial, queue ${queueDelayMs} ms`,
    kind: 'tutorial',
    queueDelayMs,
  })),
  ...ORDER_API_VARIANTS,
  {
    name: 'order-api, queue 0 ms, a log line for every request',
    kind: 'order-api',
    queueDelayMs: 0,
    settings: { ...SHEDS_NOTHING, ACCESS_LOG: 'on' },
  },
]

/** One storefront takes the whole capacity here, which no account may in production. */
export const NO_LIMITS = {
  RATE_LIMIT_WRITES_PER_SECOND: '1000000',
  MAX_REQUESTS_PER_ACCOUNT: '100000',
} as const

/** What all variants share. */
export interface ApiWorld {
  readonly storefront: Storefront
  readonly database: BenchDatabase
  readonly bodies: readonly string[]
  /** File descriptor that takes order-api's log: it is written, as in production, and thrown away. */
  readonly log: number
  /** Options of Node for order-api, as its container would set them. */
  readonly nodeOptions: readonly string[]
}

export interface StartedServer extends StartedProcess {
  readonly port: number
}

/** Starts the server of a variant on its own core. */
export async function startVariant(
  variant: ApiVariant,
  world: ApiWorld,
  queue: CountingQueue | undefined,
  nodeOptions: readonly string[] = [],
): Promise<StartedServer> {
  switch (variant.kind) {
    case 'order-api':
      return startOrderApi(world, queue!.endpoint, variant.settings ?? {}, nodeOptions)
    case 'ceiling':
      return startBaseline('ceiling-main.js', [])
    default: {
      const settings: ApiBaseline = {
        issuers: JSON.parse(world.storefront.authIssuers) as ApiBaseline['issuers'],
        ...(queue === undefined
          ? {}
          : { queue: { endpoint: queue.endpoint, url: queueUrl(queue.endpoint) } }),
      }
      return startBaseline('api-main.js', [JSON.stringify(settings)])
    }
  }
}

async function startOrderApi(
  world: ApiWorld,
  endpoint: string,
  settings: Readonly<Record<string, string>>,
  nodeOptions: readonly string[],
): Promise<StartedServer> {
  const port = await freePort()
  const started = await startService(
    'order-api',
    {
      PORT: String(port),
      DATABASE_URL: world.database.urlAs('comanda_order_api'),
      SQS_ENDPOINT: endpoint,
      ORDERS_QUEUE_URL: queueUrl(endpoint),
      AUTH_ISSUERS: world.storefront.authIssuers,
      RECEIPT_KEYS: receiptKeys(),
      ...NO_LIMITS,
      ...settings,
    },
    { core: SERVER_CORE, nodeOptions: [...world.nodeOptions, ...nodeOptions], output: world.log },
  )
  return { ...started, port }
}

async function startBaseline(file: string, args: readonly string[]): Promise<StartedServer> {
  const main = fileURLToPath(new URL(`../baselines/${file}`, import.meta.url))
  const started = startProcess(main, { args, core: SERVER_CORE, environment: EMULATOR_ENVIRONMENT })
  const line = await firstLine(started, file)
  return { ...started, port: Number(line.replace('listening ', '')) }
}

function queueUrl(endpoint: string): string {
  return `${endpoint}/000000000000/orders`
}

let prefixes = 0

/** Names the orders of one run, so that none repeats one of another run. */
export function freshPrefix(): string {
  return `run-${Date.now().toString(36)}-${prefixes++}`
}
