import { createReadiness, startAdminServer } from '@comanda/shared/health'
import { createLogger } from '@comanda/shared/logging'
import { createRegistry } from '@comanda/shared/metrics'
import { classifyFailure, createPool } from '@comanda/shared/postgres'
import type { RunningService } from '@comanda/shared/service'
import { createQueueConsumer, createSqsClients } from '@comanda/shared/sqs'
import { createHandlebarsMailLayout } from './adapters/handlebars/mail-layout.js'
import { createPostgresDeliveryStore } from './adapters/postgres/delivery-store.js'
import { parkEvents } from './adapters/postgres/parked-events.js'
import { createResultRecorder } from './adapters/postgres/result-recorder.js'
import { createSmtpMailTransport } from './adapters/smtp/mail-transport.js'
import { createEventHandler } from './adapters/sqs/event-handler.js'
import type { Config } from './config.js'
import { createConsumerObserver } from './consumer-observer.js'
import { createEmailChannel } from './domain/email-channel.js'
import { createOutageGate } from './domain/outage-gate.js'
import { createSender } from './domain/sender.js'
import { takeEvents } from './domain/take-events.js'
import type { SendingChannel } from './domain/take-events.js'
import { watchFigures } from './figures.js'
import { createMetrics } from './metrics.js'
import { createSenderObserver } from './sender-observer.js'

export interface Notifier extends RunningService {
  readonly adminPort: number
}

/** A claim outlasts the longest attempt, and what waits for a free connection before it. */
const LEASE_PER_SEND_TIMEOUT = 3
const STATEMENT_TIMEOUT_MS = 5_000
const FIGURES_INTERVAL_MS = 5_000
/** Kept free at the end of the drain time for closing pools and sockets. */
const CLOSING_MS = 500

/** Starts notifier: resolves once it consumes. Rejects where the admin port or a template cannot be had. */
export async function startService(config: Config): Promise<Notifier> {
  const logger = createLogger('notifier', config.LOG_LEVEL)
  const registry = createRegistry('notifier')
  const metrics = createMetrics(registry)
  const readiness = createReadiness()

  const pool = createPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'comanda-notifier',
    maxConnections: config.DATABASE_MAX_CONNECTIONS,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onIdleError: (error) => logger.warn({ err: error }, 'an idle database connection broke'),
  })
  const store = createPostgresDeliveryStore(pool)
  const observer = createSenderObserver(metrics, logger)
  const recorder = createResultRecorder({
    store,
    maxWaiting: config.MAX_CLAIMED,
    onFailure: (error) => observer.failed('record', error),
  })
  const transport = createSmtpMailTransport({
    url: config.SMTP_URL,
    sendTimeoutMs: config.SEND_TIMEOUT_MS,
  })
  // The registry of channels: another one is another entry.
  const email = createEmailChannel({
    transport,
    layout: createHandlebarsMailLayout(),
    shopName: config.SHOP_NAME,
    sender: config.MAIL_FROM,
  })
  const channels: readonly SendingChannel[] = [email].map((channel) => ({
    channel,
    sender: createSender({
      channel,
      store,
      recorder,
      observer,
      gate: createOutageGate({ threshold: 5, firstPauseMs: 1_000, maxPauseMs: 30_000 }),
      concurrency: config.SMTP_MAX_CONNECTIONS,
      maxInHand: config.MAX_CLAIMED,
      leaseMs: LEASE_PER_SEND_TIMEOUT * config.SEND_TIMEOUT_MS,
      sendTimeoutMs: config.SEND_TIMEOUT_MS,
      now: () => performance.now(),
      random: () => Math.random(),
    }),
  }))

  const clients = createSqsClients({
    region: config.AWS_REGION,
    ...(config.SQS_ENDPOINT === undefined ? {} : { endpoint: config.SQS_ENDPOINT }),
    pollSockets: config.MAX_POLLERS,
  })
  const consumer = createQueueConsumer({
    name: 'order-events',
    queueUrl: config.EVENTS_QUEUE_URL,
    pollClient: clients.poll,
    workClient: clients.work,
    handle: createEventHandler(async (events) => {
      const taken = await takeEvents(events, channels, store)
      metrics.events.inc({ outcome: 'stored' }, taken.stored)
      metrics.events.inc({ outcome: 'known' }, taken.known)
      metrics.events.inc({ outcome: 'without_address' }, taken.withoutAddress)
      observer.superseded('email', taken.superseded)
    }),
    park: (parked) => parkEvents(pool, parked),
    dependency: {
      isAway: (error) => classifyFailure(error) === 'away',
      probe: () =>
        pool.query('select 1').then(
          () => true,
          () => false,
        ),
    },
    observer: createConsumerObserver(metrics, logger),
    batchSize: config.BATCH_SIZE,
    concurrency: config.CONCURRENCY,
    maxInHand: Math.max(2 * config.CONCURRENCY * config.BATCH_SIZE, 10 * config.MAX_POLLERS),
    maxPollers: config.MAX_POLLERS,
    waitTimeSeconds: config.WAIT_TIME_SECONDS,
    visibilityTimeoutSeconds: config.VISIBILITY_TIMEOUT_SECONDS,
    heartbeatSeconds: Math.max(Math.floor(config.VISIBILITY_TIMEOUT_SECONDS / 3), 1),
    maxHandlingSeconds: 5 * config.VISIBILITY_TIMEOUT_SECONDS,
    backoffSeconds: { first: config.BACKOFF_FIRST_SECONDS, max: config.BACKOFF_MAX_SECONDS },
    parkingBurst: {
      count: config.PARKING_BURST_COUNT,
      windowMs: config.PARKING_BURST_WINDOW_MS,
      pauseMs: config.PARKING_PAUSE_MS,
    },
  })

  const admin = await startAdminServer({
    host: config.HOST,
    port: config.ADMIN_PORT,
    readiness,
    registry,
  })
  const stopFigures = watchFigures({ pool, metrics, channels, intervalMs: FIGURES_INTERVAL_MS })
  const sweeps = setInterval(() => {
    for (const { sender } of channels) void sender.sweep()
  }, config.SWEEP_INTERVAL_MS)
  consumer.start()
  readiness.set(true)
  logger.info({ adminPort: admin.port }, 'notifier consumes order-events')

  /** Takes no more events, finishes the mails under way, gives back what was claimed, then closes what was opened, last first. */
  async function stop(): Promise<void> {
    const endsAt = performance.now() + config.DRAIN_TIMEOUT_MS - CLOSING_MS
    readiness.set(false)
    clearInterval(sweeps)
    stopFigures()
    const left = () => Math.max(endsAt - performance.now(), 1)
    const consumed = consumer.drain(left())
    // Claims are given back at once, while the last long poll runs out.
    const sent = within(left(), Promise.all(channels.map(({ sender }) => sender.drain())))
    const [howConsumed, howSent] = await Promise.all([consumed, sent])
    recorder.giveUp()
    if (howConsumed === 'timed_out' || howSent === 'timed_out')
      logger.warn(
        { consumer: howConsumed, sender: howSent },
        'the drain time is over; the rest is taken over',
      )
    transport.close()
    clients.destroy()
    await within(CLOSING_MS / 2, pool.end())
    await admin.close()
  }

  return { logger, adminPort: admin.port, stop }
}

/** Waits for `work`, but no longer than `timeoutMs`. */
async function within(timeoutMs: number, work: Promise<unknown>): Promise<'done' | 'timed_out'> {
  const over = Promise.withResolvers<'timed_out'>()
  const timer = setTimeout(() => over.resolve('timed_out'), timeoutMs)
  const how = await Promise.race([work.then(() => 'done' as const), over.promise])
  clearTimeout(timer)
  return how
}
