import { createReadiness, startAdminServer } from '@comanda/shared/health'
import { createLogger } from '@comanda/shared/logging'
import { createRegistry, watchPostgres, watchQueueDepths } from '@comanda/shared/metrics'
import { createPool, tracePool } from '@comanda/shared/postgres'
import { within } from '@comanda/shared/service'
import type { RunningService } from '@comanda/shared/service'
import { createSqsClients } from '@comanda/shared/sqs'
import { createTracing } from '@comanda/shared/tracing'
import type { Config } from './config.js'
import { createConsuming } from './consuming.js'
import { takeEvents } from './domain/take-events.js'
import { watchFigures } from './figures.js'
import { createMetrics, showChannel } from './metrics.js'
import { createSenderObserver } from './sender-observer.js'
import { createSending } from './sending.js'

export interface Notifier extends RunningService {
  readonly adminPort: number
}

const STATEMENT_TIMEOUT_MS = 5_000
const FIGURES_INTERVAL_MS = 5_000
/** Kept free at the end of the drain time for closing pools and sockets. */
const CLOSING_MS = 500

/** Starts notifier: resolves once it consumes. Rejects where the admin port or a template cannot be had. */
export async function startService(config: Config): Promise<Notifier> {
  const logger = createLogger('notifier', config.LOG_LEVEL)
  const registry = createRegistry('notifier')
  const tracing = await createTracing('notifier', config, logger)
  const metrics = createMetrics(registry, { exemplars: tracing !== undefined })
  const observer = createSenderObserver(metrics, logger)
  const readiness = createReadiness()
  const pool = createPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'comanda-notifier',
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onIdleError: (error) => logger.warn({ err: error }, 'an idle database connection broke'),
  })
  tracePool(pool, tracing, config.DATABASE_URL)
  const clients = createSqsClients({
    region: config.AWS_REGION,
    ...(config.SQS_ENDPOINT === undefined ? {} : { endpoint: config.SQS_ENDPOINT }),
    pollSockets: config.MAX_POLLERS,
  })
  const sending = createSending({ config, pool, observer, tracing })
  const { channels } = sending
  const consumer = createConsuming({
    ...{ config, clients, pool, metrics, logger, tracing },
    take: async (events) => {
      const taken = await takeEvents(events, sending)
      metrics.events.inc({ outcome: 'stored' }, taken.stored)
      metrics.events.inc({ outcome: 'known' }, taken.known)
      metrics.events.inc({ outcome: 'without_address' }, taken.withoutAddress)
      observer.superseded(taken.superseded)
    },
  })

  const admin = await startAdminServer({ host: config.HOST, port: config.ADMIN_PORT, readiness, registry })
  metrics.consumer.watch(consumer)
  for (const { channel } of channels) showChannel(metrics, channel.name)
  const stopFigures = watchFigures({ pool, metrics, channels, intervalMs: FIGURES_INTERVAL_MS })
  const postgresWatch = watchPostgres(registry, { deliveries: pool }, FIGURES_INTERVAL_MS)
  const stopDepths = watchQueueDepths(registry, {
    client: clients.work,
    queues: { 'order-events': config.EVENTS_QUEUE_URL },
    intervalMs: config.QUEUE_DEPTH_INTERVAL_MS,
    calls: metrics.calls,
    onFailure: (err) => logger.warn({ err }, 'the depth of a queue is not known'),
  })
  const sweeps = setInterval(() => {
    for (const { sender } of channels) void sender.sweep()
  }, config.SWEEP_INTERVAL_MS)
  consumer.start()
  readiness.set(true)
  logger.info({ adminPort: admin.port }, 'notifier consumes order-events')

  /** Takes no more events, finishes the mails under way, gives back what was claimed, then closes what was opened, last first. */
  async function stop(): Promise<void> {
    const drainMs = Math.max(config.DRAIN_TIMEOUT_MS - CLOSING_MS, 1)
    readiness.set(false)
    clearInterval(sweeps)
    stopFigures()
    postgresWatch.stop()
    stopDepths()
    // At once: claims are given back while the last long poll runs out, and nothing new is claimed.
    const [consumed, sent] = await Promise.all([consumer.drain(drainMs), within(drainMs, sending.drain())])
    if (consumed === 'timed_out' || sent === 'timed_out')
      logger.warn({ consumer: consumed, sender: sent }, 'the drain time is over; the rest is taken over')
    sending.close()
    clients.destroy()
    await Promise.all([within(CLOSING_MS / 2, pool.end()), tracing?.shutdown(CLOSING_MS / 2)])
    await admin.close()
  }

  return { logger, adminPort: admin.port, stop }
}
