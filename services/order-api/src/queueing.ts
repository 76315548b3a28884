import type { Logger } from '@comanda/shared/logging'
import { measureSender } from '@comanda/shared/metrics'
import {
  createSignedSqsSender,
  createSqsClients,
  createSqsSender,
  isFifo,
  traceSends,
} from '@comanda/shared/sqs'
import type { SqsClients } from '@comanda/shared/sqs'
import type { Tracing } from '@comanda/shared/tracing'
import type pg from 'pg'
import { createPostgresKeyOwners } from './adapters/postgres/key-owners.js'
import { createSqsCommandQueue } from './adapters/sqs/command-queue.js'
import type { Config } from './config.js'
import type { Metrics } from './metrics.js'

/** Attempts and time of one queue call; together below the queue budget (DESIGN section 10). */
const QUEUE_ATTEMPTS = 2
const QUEUE_ATTEMPT_MS = 800
/** Longer than both attempts: where the client's own time-outs do not reach, a lane is free again after this time. */
const QUEUE_CALL_LIMIT_MS = 2_000
/** Ordinary orders are 1 KB; of the largest, 786 KB escaped, as many as a heap of 112 MiB can hold beside their requests. */
const WAITING_BYTES = 16 * 1024 * 1024

/** The way of accepted orders to SQS. */
export interface Queueing {
  readonly queue: ReturnType<typeof createSqsCommandQueue>
  /** For calls beside those that carry orders. */
  readonly client: SqsClients['work']
  /** Ends the connections; what travels has to be drained before. */
  close(): void
}

export interface QueueingOptions {
  readonly config: Config
  /** What the order of a key is looked up with before the queue has it. */
  readonly keyPool: pg.Pool
  readonly metrics: Metrics
  readonly logger: Logger
  readonly tracing: Tracing | undefined
}

/** Wires the sending half of the service. Connects to nothing yet. */
export function createQueueing({ config, keyPool, metrics, logger, tracing }: QueueingOptions): Queueing {
  const clients = createSqsClients({
    region: config.AWS_REGION,
    ...(config.SQS_ENDPOINT === undefined ? {} : { endpoint: config.SQS_ENDPOINT }),
    pollSockets: 0,
    workSockets: config.LANES_MAX + 2,
    connectionTimeoutMs: QUEUE_ATTEMPT_MS,
    requestTimeoutMs: QUEUE_ATTEMPT_MS,
    maxAttempts: QUEUE_ATTEMPTS,
  })
  const createSender = config.SQS_SENDER === 'sdk' ? createSqsSender : createSignedSqsSender
  const sender = createSender({
    client: clients.work,
    queueUrl: config.ORDERS_QUEUE_URL,
    callLimitMs: QUEUE_CALL_LIMIT_MS,
  })
  const queue = createSqsCommandQueue({
    sender: measureSender(sender, 'orders', metrics.calls),
    keyOwners: createPostgresKeyOwners({
      pool: keyPool,
      budgetMs: config.KEY_LOOKUP_BUDGET_MS,
      onOutcome: (outcome) => metrics.keyLookedUp(outcome),
      onBreaker: (open) => {
        metrics.breakerMoved(open)
        logger.warn({ open }, open ? 'keys are not looked up for a while' : 'keys are looked up again')
      },
    }),
    fifo: isFifo(config.ORDERS_QUEUE_URL),
    lanes: { min: config.LANES_MIN, max: Math.max(config.LANES_MIN, config.LANES_MAX) },
    maxWaiting: config.LANES_MAX_WAITING,
    maxWaitingBytes: WAITING_BYTES,
    budgetMs: config.QUEUE_BUDGET_MS,
    trace: (traced) => traceSends(traced, { tracing, queueUrl: config.ORDERS_QUEUE_URL }),
    onDeparture: (waitedMs) => metrics.lanes.departed(waitedMs),
  })
  return { queue, client: clients.work, close: () => clients.destroy() }
}
