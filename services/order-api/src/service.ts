import { createReadiness, startAdminServer } from '@comanda/shared/health'
import { accountHash } from '@comanda/shared/identity'
import { createLogger } from '@comanda/shared/logging'
import { createRegistry, watchPostgres, watchQueueDepths } from '@comanda/shared/metrics'
import type { RunningService } from '@comanda/shared/service'
import { createTracing } from '@comanda/shared/tracing'
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
import { createPostgresOrderReader } from './adapters/postgres/order-reader.js'
import { createPostgresProductReader } from './adapters/postgres/product-reader.js'
import type { Config } from './config.js'
import { withinCommandBudget } from './command-budget.js'
import { createDeadlines } from './deadlines.js'
import { createLossDetector } from './domain/loss-detector.js'
import { createOrderCommands } from './domain/order-commands.js'
import { createPlaceOrder } from './domain/place-order.js'
import { createProductCommands } from './domain/product-commands.js'
import { createReceipts } from './domain/receipt.js'
import { createShowOrder } from './domain/show-order.js'
import { createLimiting } from './limiting.js'
import { createMetrics } from './metrics.js'
import { createPools } from './pools.js'
import { createQueueing } from './queueing.js'
import { createRequestLog, createShedLog } from './request-log.js'

/** order-api while it runs. */
export interface OrderApi extends RunningService {
  readonly port: number
  readonly adminPort: number
}

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

  const pools = createPools({ config, logger, tracing })
  const reads = { pool: pools.reads, deadlines: createDeadlines(READ_BUDGET_MS) }
  const orders = createPostgresOrderReader(reads)
  const products = createPostgresProductReader(reads)

  const queueing = createQueueing({ config, keyPool: pools.keys, metrics, logger, tracing })
  const { queue } = queueing

  const receipts = createReceipts(config.RECEIPT_KEYS)
  const lossDetector = createLossDetector(orders, ({ account, id }) =>
    logger.error({ orderId: id, accountHash: accountHash(account) }, 'an accepted order is missing'),
  )
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

  const limiting = createLimiting({ config, metrics, logger })
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
      limits: limiting.limits,
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
  const postgresWatch = watchPostgres(registry, { reads: pools.reads, keys: pools.keys }, POSTGRES_WATCH_MS)
  const stopDepths = watchQueueDepths(registry, {
    client: queueing.client,
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
      await Promise.all([queue.drain(), pools.reads.end()])
      queueing.close()
      limiting.close()
      await Promise.all([pools.keys.end(), tracing?.shutdown(TRACES_MS)])
      await admin.close()
    },
  }
}
