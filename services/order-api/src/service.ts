import { createReadiness, startAdminServer } from '@comanda/shared/health'
import { createLogger } from '@comanda/shared/logging'
import { createRegistry, measureSender, watchPostgres, watchQueueDepths } from '@comanda/shared/metrics'
import { createPool, tracePool } from '@comanda/shared/postgres'
import type { RunningService } from '@comanda/shared/service'
import {
  createSignedSqsSender,
  createSqsClients,
  createSqsSender,
  isFifo,
  traceSends,
} from '@comanda/shared/sqs'
import { createTracing } from '@comanda/shared/tracing'
import { createAccountSlots } from './adapters/http/account-limits.js'
import { createApp } from './adapters/http/app.js'
import { crossOrigin } from './adapters/http/cross-origin.js'
import { documentationRoutes } from './adapters/http/documentation-routes.js'
import { countInFlight } from './adapters/http/in-flight.js'
import { createLoadShedder } from './adapters/http/load-shedder.js'
import { orderRoutes } from './adapters/http/order-routes.js'
import { productRoutes } from './adapters/http/product-routes.js'
import { startHttpServer } from './adapters/http/server.js'
import { shedLoad } from './adapters/http/shed-load.js'
import { createTokenVerifier } from './adapters/jose/token-verifier.js'
import { createPollingOrderWatch } from './adapters/polling/order-watch.js'
import { createPostgresKeyOwners } from './adapters/postgres/key-owners.js'
import { createPostgresOrderReader } from './adapters/postgres/order-reader.js'
import { createPostgresProductReader } from './adapters/postgres/product-reader.js'
import { createAccountBuckets } from './adapters/rate-limiter-flexible/account-buckets.js'
import { createRedisClient } from './adapters/rate-limiter-flexible/redis-client.js'
import { createSqsCommandQueue } from './adapters/sqs/command-queue.js'
import type { Config } from './config.js'
import { withinCommandBudget } from './command-budget.js'
import { createDeadlines } from './deadlines.js'
import { createLossDetector } from './domain/loss-detector.js'
import { createOrderCommands } from './domain/order-commands.js'
import { createPlaceOrder } from './domain/place-order.js'
import { createProductCommands } from './domain/product-commands.js'
import { createReceipts } from './domain/receipt.js'
import { createShowOrder } from './domain/show-order.js'
import { createMetrics } from './metrics.js'
import { createRequestLog, createShedLog } from './request-log.js'

/** order-api while it runs. */
export interface OrderApi extends RunningService {
  readonly port: number
  readonly adminPort: number
}

/** Attempts and time of one queue call; together below the queue budget (DESIGN section 10). */
const QUEUE_ATTEMPTS = 2
const QUEUE_ATTEMPT_MS = 800
/** Longer than both attempts: where the client's own time-outs do not reach, a lane is free again after this time. */
const QUEUE_CALL_LIMIT_MS = 2_000
/** Ordinary orders are 1 KB; of the largest, 786 KB escaped, as many as a heap of 112 MiB can hold beside their requests. */
const WAITING_BYTES = 16 * 1024 * 1024
/** A read is answered within the two seconds that every request has. */
const READ_BUDGET_MS = 1_900
const LOSS_ROUND_MS = 5_000
const POSTGRES_WATCH_MS = 5_000
/** The last spans have so long to leave while the service stops. */
const TRACES_MS = 500
/** As folly's Codel has it: bursts, and pauses of the garbage collector, are shorter. */
const SHED_PATIENCE_MS = 100
/** With the keys of one issuer at hand, those of the others are waited for this long. */
const OTHER_KEYS_WAIT_MS = 30_000

/** Builds order-api from its settings and starts it. Rejects where a port or a setting cannot be used. */
export async function startService(config: Config): Promise<OrderApi> {
  const now = () => new Date()
  const logger = createLogger('order-api', config.LOG_LEVEL)
  const registry = createRegistry('order-api')
  const tracing = await createTracing('order-api', config, logger)
  const metrics = createMetrics(registry, { exemplars: tracing !== undefined })
  const readiness = createReadiness()

  const onIdleError = (err: Error) => logger.warn({ err }, 'an idle connection to Postgres broke')
  const readPool = createPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'order-api',
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    connectTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    onIdleError,
  })
  const keyPool = createPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'order-api keys',
    maxConnections: config.KEY_LOOKUP_MAX_CONNECTIONS,
    connectTimeoutMs: config.KEY_LOOKUP_BUDGET_MS * 4,
    statementTimeoutMs: config.KEY_LOOKUP_BUDGET_MS * 2,
    onIdleError,
  })
  tracePool(readPool, tracing, config.DATABASE_URL)
  const reads = { pool: readPool, deadlines: createDeadlines(READ_BUDGET_MS) }
  const orders = createPostgresOrderReader(reads)
  const products = createPostgresProductReader(reads)

  const sqs = createSqsClients({
    region: config.AWS_REGION,
    ...(config.SQS_ENDPOINT === undefined ? {} : { endpoint: config.SQS_ENDPOINT }),
    pollSockets: 0,
    workSockets: config.LANES_MAX + 2,
    connectionTimeoutMs: QUEUE_ATTEMPT_MS,
    requestTimeoutMs: QUEUE_ATTEMPT_MS,
    maxAttempts: QUEUE_ATTEMPTS,
  })
  const createSender = config.SQS_SENDER === 'sdk' ? createSqsSender : createSignedSqsSender
  const queue = createSqsCommandQueue({
    sender: measureSender(
      createSender({
        client: sqs.work,
        queueUrl: config.ORDERS_QUEUE_URL,
        callLimitMs: QUEUE_CALL_LIMIT_MS,
      }),
      'orders',
      metrics.calls,
    ),
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
    trace: (sender) => traceSends(sender, { tracing, queueUrl: config.ORDERS_QUEUE_URL }),
    onDeparture: (waitedMs) => metrics.lanes.departed(waitedMs),
  })

  const receipts = createReceipts(config.RECEIPT_KEYS)
  const lossDetector = createLossDetector(orders)
  const watch = createPollingOrderWatch({
    orders,
    intervalMs: config.WATCH_INTERVAL_MS,
    maxWaiters: config.WATCH_MAX_WAITERS,
  })
  const authenticator = createTokenVerifier({
    issuers: config.AUTH_ISSUERS,
    maxCachedTokens: config.AUTH_CACHED_TOKENS,
    now,
  })

  const redis =
    config.RATE_LIMIT_REDIS_URL === undefined
      ? undefined
      : createRedisClient(config.RATE_LIMIT_REDIS_URL, (shared) => {
          metrics.countsShared(shared)
          if (shared) logger.info('the requests of accounts are counted with all replicas')
          else logger.warn('the requests of accounts are counted by this replica alone')
        })
  const limits = {
    buckets: createAccountBuckets({
      perSecond: { reads: config.RATE_LIMIT_READS_PER_SECOND, writes: config.RATE_LIMIT_WRITES_PER_SECOND },
      windowSeconds: config.RATE_LIMIT_WINDOW_SECONDS,
      maxAccounts: config.RATE_LIMIT_MAX_ACCOUNTS,
      ...(redis === undefined ? {} : { redis }),
    }),
    slots: createAccountSlots(config.MAX_REQUESTS_PER_ACCOUNT),
  }

  const shedder = createLoadShedder({
    maxUnderWay: config.SHED_MAX_UNDER_WAY,
    patienceMs: SHED_PATIENCE_MS,
    waiting: { reads: () => watch.waiters, writes: () => queue.travelling },
  })

  let draining = false
  const app = createApp(
    {
      authenticator,
      observe: createRequestLog(logger, metrics, config.ACCESS_LOG === 'on'),
      limits,
      shedder,
      draining: () => draining,
      tracing,
    },
    [
      ...orderRoutes({
        placeOrder: createPlaceOrder({
          queue,
          receipts,
          lossDetector,
          now,
          onAccepted: (replayed) => metrics.orderAccepted(replayed),
        }),
        showOrder: createShowOrder({ orders, watch, receipts, now }),
        commandOrder: withinCommandBudget(createOrderCommands({ orders, queue, receipts, now })),
        orders,
      }),
      ...productRoutes({ products, commandProduct: createProductCommands({ queue, now }) }),
      ...documentationRoutes(),
    ],
  )

  const inFlight = countInFlight(app)
  metrics.watch({
    lanes: queue,
    maxWaiting: config.LANES_MAX_WAITING,
    waiters: () => watch.waiters,
    inFlight: () => inFlight.count,
    missing: () => lossDetector.missing,
  })

  const admin = await startAdminServer({
    host: config.HOST,
    port: config.ADMIN_PORT,
    readiness,
    registry,
  })
  await authenticator.ready({
    othersWaitMs: OTHER_KEYS_WAIT_MS,
    onWaiting: (issuer, err) => logger.warn({ issuer, err }, 'the start waits for the key set of an issuer'),
  })
  const server = await startHttpServer({
    host: config.HOST,
    port: config.PORT,
    keepAliveTimeoutMs: config.KEEP_ALIVE_TIMEOUT_MS,
    headersTimeoutMs: config.HEADERS_TIMEOUT_MS,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    maxConnections: config.MAX_CONNECTIONS,
    listener: crossOrigin(
      config.CORS_ORIGINS,
      shedLoad(inFlight.listener, {
        shedder,
        onShed: createShedLog(logger, metrics),
        draining: () => draining,
      }),
    ),
  })
  const lossRounds = setInterval(() => {
    lossDetector
      .round(now().getTime())
      .catch((err: unknown) => logger.warn({ err }, 'accepted orders cannot be looked up'))
  }, LOSS_ROUND_MS)
  const postgresWatch = watchPostgres(registry, { reads: readPool, keys: keyPool }, POSTGRES_WATCH_MS)
  const stopDepths = watchQueueDepths(registry, {
    client: sqs.work,
    queues: { orders: config.ORDERS_QUEUE_URL },
    intervalMs: config.QUEUE_DEPTH_INTERVAL_MS,
    calls: metrics.calls,
    onFailure: (err) => logger.warn({ err }, 'the depth of a queue is not known'),
  })
  readiness.set(true)
  logger.info({ port: server.port, adminPort: admin.port }, 'started')

  return {
    logger,
    port: server.port,
    adminPort: admin.port,
    async stop() {
      readiness.set(false)
      draining = true
      clearInterval(lossRounds)
      postgresWatch.stop()
      stopDepths()
      watch.stop()
      // Half of the time is for requests whose body is slow to come; all others end within their own budgets.
      await server.close(config.DRAIN_TIMEOUT_MS / 2)
      await Promise.all([queue.drain(), readPool.end()])
      sqs.destroy()
      redis?.disconnect()
      await Promise.all([keyPool.end(), tracing?.shutdown(TRACES_MS)])
      await admin.close()
    },
  }
}
