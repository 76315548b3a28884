import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'

const MAIN = fileURLToPath(new URL('./sqs-emulator-main.js', import.meta.url))

/** What the SDK needs to reach the emulator; the credentials are no secret. */
export const EMULATOR_ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
} as const

/** An SQS emulator in a process of its own. */
export interface EmbeddedSqs {
  readonly endpoint: string
  readonly pid: number
  stop(): Promise<void>
  kill(): Promise<void>
}

/**
 * Starts the emulator on 127.0.0.1. It ends with this process, however that ends. State is in memory unless it has a
 * `folder` to keep it in.
 */
export async function startSqs(
  options: { readonly port?: number; readonly folder?: string } = {},
): Promise<EmbeddedSqs> {
  const args = options.folder === undefined ? [] : [options.folder]
  const child = fork(MAIN, [String(options.port ?? 0), ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: ['--no-warnings'],
    detached: true,
  })
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([
    once(child.stdout!, 'data'),
    exited.then(() => Promise.reject(new Error('the SQS emulator did not start'))),
  ])) as [Buffer]
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return {
    endpoint: line.toString().trim().replace('listening ', ''),
    pid: child.pid!,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

/** Queue URLs of one installation. */
export interface Queues {
  readonly endpoint: string
  readonly orders: string
  readonly ordersDeadLetter: string
  readonly events: string
  readonly eventsDeadLetter: string
}

/** A client for the emulator. */
export function emulatorClient(endpoint: string): SQSClient {
  return new SQSClient({
    endpoint,
    region: EMULATOR_ENVIRONMENT.AWS_REGION,
    useQueueUrlAsEndpoint: false,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
}

/**
 * Creates the two queues with their dead-letter queues as DESIGN section 4 sets them (visibility 60 s, 20 receives,
 * retention 7 and 14 days). Creating them again with the same settings changes nothing. `suffix` may be `.fifo`.
 */
export async function createQueues(
  endpoint: string,
  options: {
    readonly prefix?: string
    readonly fifo?: boolean
    readonly visibilityTimeoutSeconds?: number
    readonly maxReceiveCount?: number
  } = {},
): Promise<Queues> {
  const client = emulatorClient(endpoint)
  const suffix = options.fifo ? '.fifo' : ''
  const fifo: Record<string, string> = options.fifo ? { FifoQueue: 'true' } : {}
  const create = async (name: string) => {
    const dead = `${options.prefix ?? ''}${name}-dead-letter${suffix}`
    const deadUrl = await createQueue(client, dead, { ...fifo, MessageRetentionPeriod: String(14 * 86_400) })
    const live = `${options.prefix ?? ''}${name}${suffix}`
    const liveUrl = await createQueue(client, live, {
      ...fifo,
      MessageRetentionPeriod: String(7 * 86_400),
      VisibilityTimeout: String(options.visibilityTimeoutSeconds ?? 60),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${EMULATOR_ENVIRONMENT.AWS_REGION}:000000000000:${dead}`,
        maxReceiveCount: options.maxReceiveCount ?? 20,
      }),
    })
    return [localUrl(endpoint, liveUrl), localUrl(endpoint, deadUrl)] as const
  }
  const [orders, ordersDeadLetter] = await create('orders')
  const [events, eventsDeadLetter] = await create('order-events')
  client.destroy()
  return { endpoint, orders, ordersDeadLetter, events, eventsDeadLetter }
}

async function createQueue(
  client: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  return QueueUrl!
}

/** The emulator names a host that does not resolve everywhere; queues are found by the path alone. */
function localUrl(endpoint: string, queueUrl: string): string {
  return endpoint + new URL(queueUrl).pathname
}
