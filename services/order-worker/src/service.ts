import { startAdminServer, createReadiness } from '@comanda/shared/health'
import { createLogger } from '@comanda/shared/logging'
import { createRegistry, measureSender, watchPostgres, watchQueueDepths } from '@comanda/shared/metrics'
import { createPool, tracePool } from '@comanda/shared/postgres'
import { within } from '@comanda/shared/service'
import type { RunningService } from '@comanda/shared/service'
import {
  createEntrySender,
  createQueueConsumer,
  createSignedSqsClient,
  createSignedSqsSender,
  createSqsClients,
  createSqsSender,
  isFifo,
  traceBatches,
  traceSends,
} from '@comanda/shared/sqs'
import type { ConsumerState, SqsClients } from '@comanda/shared/sqs'
import { createTracing } from '@comanda/shared/tracing'
import { createPostgresOrderStore } from './adapters/postgres/order-store.js'
import { createPostgresOutbox } from './adapters/postgres/outbox.js'
import { createCommandHandler } from './adapters/sqs/command-handler.js'
import { createEventRelay } from './adapters/sqs/event-relay.js'
import { createParking } from './adapters/sqs/park-messages.js'
import type { CommandSchemas } from './adapters/sqs/read-command.js'
import type { Config } from './config.js'
import { decideBatch } from './domain/decide-batch.js'
import { createMetrics } from './metrics.js'
import { commandObserver, consumerObserver, relayObserver } from './observers.js'
import { StoreError } from './domain/ports.js'

export interface OrderWorker extends RunningService {
  readonly adminPort: number
  readonly state: ConsumerState
}

/** Events waiting for the fast path; more are left to the sweep. */
const MAX_EVENTS_WAITING = 5_000
const POSTGRES_WATCH_MS = 5_000
/** Kept free at the end of the drain time for the outbox, and for closing pools and sockets. */
const CLOSING_MS = 500

/**
 * Starts order-worker and resolves once it receives. It starts without Postgres too: receiving then pauses until the
 * database is there. `schemas` are the commands that this release reads.
 */
export async function startService(config: Config, schemas?: CommandSchemas): Promise<OrderWorker> {
  const logger = createLogger('order-worker', config.LOG_LEVEL)
  const registry = createRegistry('order-worker')
  const tracing = await createTracing('order-worker', config, logger)
  const metrics = createMetrics(registry, { exemplars: tracing !== undefined })
  const readiness = createReadiness()
  const pool = createPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'order-worker',
    maxConnections: Math.max(config.DATABASE_MAX_CONNECTIONS, config.CONCURRENCY + 2),
    connectTimeoutMs: 5_000,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    pipeline: true,
    onIdleError: (error) => logger.warn({ err: error }, 'an idle connection broke'),
  })
  tracePool(pool, tracing, config.DATABASE_URL)
  const clients = createSqsClients({
    region: config.AWS_REGION,
    ...(config.SQS_ENDPOINT === undefined ? {} : { endpoint: config.SQS_ENDPOINT }),
    pollSockets: config.MAX_POLLERS,
  })

  // A FIFO queue brings changes in the order in which they were given: nothing overtakes, and nobody waits behind.
  const stockPatienceMs = isFifo(config.ORDERS_QUEUE_URL) ? 0 : config.STOCK_PATIENCE_SECONDS * 1_000
  const store = createPostgresOrderStore({
    pool,
    onRetry: () => metrics.transactionRetries.inc(),
    decide: (batch, world, at) => decideBatch(batch, world, at, stockPatienceMs),
    tracing,
  })
  const fifo = isFifo(config.EVENTS_QUEUE_URL)
  const createSender = config.SQS_SENDER === 'sdk' ? createSqsSender : createSignedSqsSender
  const sender = measureSender(
    createSender({ client: clients.work, queueUrl: config.EVENTS_QUEUE_URL }),
    'order-events',
    metrics.calls,
  )
  const relay = createEventRelay({
    sender: traceSends(createEntrySender(sender, { ordered: fifo }), {
      tracing,
      queueUrl: config.EVENTS_QUEUE_URL,
    }),
    outbox: createPostgresOutbox(pool),
    observer: relayObserver(metrics, logger),
    fifo,
    maxLanes: config.EVENT_LANES_MAX,
    maxWaiting: MAX_EVENTS_WAITING,
    onDeparture: (waitedMs) => metrics.lanes.departed(waitedMs),
    sweepIntervalMs: config.OUTBOX_SWEEP_INTERVAL_MS,
    sweepAfterMs: config.OUTBOX_SWEEP_AFTER_MS,
  })
  const callingClient = (client: SqsClients['poll']) =>
    config.SQS_SENDER === 'sdk'
      ? client
      : createSignedSqsClient({ client, queueUrl: config.ORDERS_QUEUE_URL })
  const consumer = createQueueConsumer({
    name: 'orders',
    queueUrl: config.ORDERS_QUEUE_URL,
    pollClient: callingClient(clients.poll),
    workClient: callingClient(clients.work),
    handle: traceBatches(
      createCommandHandler({
        store,
        relay,
        observer: commandObserver(metrics, logger),
        ...(schemas === undefined ? {} : { schemas }),
      }),
      { tracing, queueUrl: config.ORDERS_QUEUE_URL },
    ),
    park: createParking({
      store,
      relay,
      queue: new URL(config.ORDERS_QUEUE_URL).pathname,
      ended: (orders) => metrics.ordersDecided.inc({ status: 'rejected', reason: 'unprocessable' }, orders),
    }),
    dependency: {
      isAway: (error) => error instanceof StoreError && error.code === 'away',
      probe: () => store.isReachable(),
    },
    observer: consumerObserver(metrics, logger),
    batchSize: config.BATCH_SIZE,
    concurrency: config.CONCURRENCY,
    maxInHand: config.MAX_IN_HAND,
    maxPollers: config.MAX_POLLERS,
    waitTimeSeconds: config.WAIT_TIME_SECONDS,
    visibilityTimeoutSeconds: config.VISIBILITY_TIMEOUT_SECONDS,
    heartbeatSeconds: config.VISIBILITY_TIMEOUT_SECONDS / 3,
    maxHandlingSeconds: config.MAX_HANDLING_SECONDS,
    backoffSeconds: { first: config.BACKOFF_FIRST_SECONDS, max: config.BACKOFF_MAX_SECONDS },
    parkingBurst: {
      count: config.PARKING_BURST_COUNT,
      windowMs: config.PARKING_BURST_WINDOW_MS,
      pauseMs: config.PARKING_PAUSE_MS,
    },
  })

  metrics.consumer.watch(consumer)
  metrics.lanes.watch(relay, MAX_EVENTS_WAITING)

  const admin = await startAdminServer({ host: config.HOST, port: config.ADMIN_PORT, readiness, registry })
  const postgresWatch = watchPostgres(registry, { orders: pool }, POSTGRES_WATCH_MS)
  const stopDepths = watchQueueDepths(registry, {
    client: clients.work,
    queues: { orders: config.ORDERS_QUEUE_URL, 'order-events': config.EVENTS_QUEUE_URL },
    intervalMs: config.QUEUE_DEPTH_INTERVAL_MS,
    calls: metrics.calls,
    onFailure: (err) => logger.warn({ err }, 'the depth of a queue is not known'),
  })
  relay.start()
  consumer.start()
  readiness.set(true)
  logger.info({ adminPort: admin.port }, 'receiving orders')

  return {
    logger,
    adminPort: admin.port,
    get state() {
      return consumer.state
    },
    /** Ends inside the drain time, whatever is away: orders are redelivered, events are swept by another process. */
    async stop() {
      const endsAt = performance.now() + config.DRAIN_TIMEOUT_MS
      readiness.set(false)
      postgresWatch.stop()
      stopDepths()
      const consumed = await consumer.drain(Math.max(config.DRAIN_TIMEOUT_MS - 2 * CLOSING_MS, 1))
      const told = await within(Math.max(endsAt - CLOSING_MS - performance.now(), 1), relay.drain())
      if (consumed === 'timed_out' || told === 'timed_out')
        logger.warn({ consumer: consumed, relay: told }, 'the drain time is over; the rest is taken over')
      clients.destroy()
      await Promise.all([within(CLOSING_MS / 2, pool.end()), tracing?.shutdown(CLOSING_MS / 2)])
      await admin.close()
    },
  }
}
