import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { EMULATOR_ENVIRONMENT, createQueues, emulatorClient } from '@comanda/e2e/embedded'
import type { Queues } from '@comanda/e2e/embedded'
import type { OrderDocument } from '@comanda/shared/messages'
import type { ConsumerBaseline } from '../baselines/consumer-main.js'
import type { Stopwatch } from '../host/foreign-cpu.js'
import { familyCpuSeconds, processCpuSeconds } from '../host/cpu-time.js'
import { startProcess } from '../host/start-process.js'
import type { StartedProcess } from '../host/start-process.js'
import { stockCatalog } from '../installation/catalog.js'
import { query } from '../installation/database.js'
import type { BenchDatabase } from '../installation/database.js'
import { fillQueue } from '../installation/fill-queue.js'
import { countPlacingCommits, nextTransactionId } from '../installation/records.js'
import { startService } from '../installation/services.js'
import { totalCalls } from '../queue/queue-counts.js'
import type { QueueCounts } from '../queue/null-queue.js'
import { startCountingEmulator } from '../queue/start-queue.js'
import { freshPrefix } from './api-variant.js'

/** One of the consumers that are compared. */
export interface DrainVariant {
  readonly name: string
  readonly kind: 'order-worker' | 'sqs-consumer'
  readonly batchSize?: number
}

export const DRAIN_VARIANTS = {
  worker: { name: 'order-worker', kind: 'order-worker' },
  defaults: { name: 'sqs-consumer as it comes', kind: 'sqs-consumer' },
  tens: { name: 'sqs-consumer, batches of ten', kind: 'sqs-consumer', batchSize: 10 },
} as const satisfies Record<string, DrainVariant>

/** One full queue emptied. */
export interface DrainRun {
  readonly orders: number
  /** From the first receive to the moment when every order is stored, told of and deleted from the queue. */
  readonly seconds: number
  readonly ordersPerSecond: number
  /** Transactions that stored orders; and all that wrote, those of the outbox too. */
  readonly placingCommitsPerOrder: number
  readonly commitsPerOrder: number
  readonly callsPerOrder: number
  readonly callsByAction: Readonly<Record<string, number>>
  /** CPU by process, the consumer's start included. */
  readonly cpuUsPerOrder: Readonly<Record<'consumer' | 'Postgres' | 'queue emulator', number>>
}

/** Fills a new queue, lets one consumer empty it into an empty database, and stops it. */
export async function measureDrain(
  variant: DrainVariant,
  world: {
    readonly database: BenchDatabase
    readonly postgresPid: number
    readonly orders: readonly OrderDocument[]
    readonly log: number
    readonly nodeOptions: readonly string[]
  },
  count: number,
  watch: Stopwatch,
): Promise<DrainRun> {
  const { database } = world
  const emulator = await startCountingEmulator()
  let consumer: StartedProcess | undefined
  try {
    await stockCatalog(database, world.orders)
    const queues = await createQueues(emulator.endpoint)
    const keyPrefix = freshPrefix()
    await fillQueue(queues, world.orders, count, keyPrefix)
    await query(database.url, 'checkpoint')
    const firstTransaction = await nextTransactionId(database)
    const before = {
      postgres: familyCpuSeconds(world.postgresPid),
      emulator: processCpuSeconds(emulator.pid),
    }
    watch.start()
    consumer = await startConsumer(variant, queues, world)
    await untilDrained(queues, database, count)
    const endedAt = performance.timeOrigin + performance.now()
    watch.stop()
    const cpuUs = (seconds: number) => (seconds / count) * 1e6
    const cpuUsPerOrder = {
      consumer: cpuUs(processCpuSeconds(consumer.pid)),
      Postgres: cpuUs(familyCpuSeconds(world.postgresPid) - before.postgres),
      'queue emulator': cpuUs(processCpuSeconds(emulator.pid) - before.emulator),
    }
    const counts = consumerCalls(await emulator.counts(), count)
    const seconds = (endedAt - (counts['ReceiveMessage']?.firstAt ?? endedAt)) / 1_000
    return {
      orders: count,
      seconds,
      ordersPerSecond: count / seconds,
      placingCommitsPerOrder: (await countPlacingCommits(database, keyPrefix)) / count,
      commitsPerOrder: ((await nextTransactionId(database)) - firstTransaction - 1) / count,
      callsPerOrder: totalCalls(counts) / count,
      callsByAction: Object.fromEntries(Object.entries(counts).map(([action, { calls }]) => [action, calls])),
      cpuUsPerOrder,
    }
  } finally {
    await consumer?.stop()
    await emulator.stop()
  }
}

function startConsumer(
  { kind, batchSize }: DrainVariant,
  queues: Queues,
  { database, log, nodeOptions }: Parameters<typeof measureDrain>[1],
): Promise<StartedProcess> | StartedProcess {
  const databaseUrl = database.urlAs('comanda_order_worker')
  if (kind === 'order-worker')
    return startService(
      'order-worker',
      {
        SQS_ENDPOINT: queues.endpoint,
        DATABASE_URL: databaseUrl,
        ORDERS_QUEUE_URL: queues.orders,
        ORDERS_DEAD_LETTER_QUEUE_URL: queues.ordersDeadLetter,
        EVENTS_QUEUE_URL: queues.events,
      },
      { output: log, nodeOptions },
    )
  const settings: ConsumerBaseline = {
    endpoint: queues.endpoint,
    ordersUrl: queues.orders,
    eventsUrl: queues.events,
    databaseUrl,
    ...(batchSize === undefined ? {} : { batchSize }),
  }
  return startProcess(fileURLToPath(new URL('../baselines/consumer-main.js', import.meta.url)), {
    args: [JSON.stringify(settings)],
    environment: EMULATOR_ENVIRONMENT,
    output: log,
  })
}

/** Actions of the bench itself at the same queue: they cost no consumer anything. */
const OWN_ACTIONS = ['CreateQueue', 'GetQueueAttributes']

/** What the consumer called: everything but the bench's own set-up, which filled the queue in tens. */
function consumerCalls(counts: QueueCounts, filled: number): QueueCounts {
  const calls = Object.fromEntries(Object.entries(counts).filter(([action]) => !OWN_ACTIONS.includes(action)))
  const batches = calls['SendMessageBatch']
  if (batches !== undefined)
    calls['SendMessageBatch'] = { ...batches, calls: batches.calls - Math.ceil(filled / 10) }
  return calls
}

const LEFT = `
  select (select count(*) from orders where status <> 'accepted')::int as stored,
         (select count(*) from outbox)::int as unsent`

/** How long a drain may take: a consumer that does ten orders a second is broken. */
const PATIENCE_PER_ORDER_MS = 100

async function untilDrained(queues: Queues, database: BenchDatabase, count: number): Promise<void> {
  const client = emulatorClient(queues.endpoint)
  const deadline = performance.now() + 30_000 + count * PATIENCE_PER_ORDER_MS
  try {
    while (performance.now() < deadline) {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: queues.orders,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      )
      if (Object.values(Attributes).every((messages) => messages === '0')) {
        const [left] = await query(database.url, LEFT)
        if (left!['stored'] === count && left!['unsent'] === 0) return
      }
      await delay(20)
    }
  } finally {
    client.destroy()
  }
  throw new Error(
    `the queue was not drained in ${((30_000 + count * PATIENCE_PER_ORDER_MS) / 1_000).toFixed(0)} s`,
  )
}
