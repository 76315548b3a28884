import { z } from 'zod'
import { setting } from '@comanda/shared/config'

const queueUrl = () => setting.url('http:', 'https:')

const aws = {
  AWS_REGION: z.string().min(1),
  /** Another endpoint than the region's own, such as an emulator. */
  SQS_ENDPOINT: setting.url('http:', 'https:').optional(),
}

const databaseUrl = () => setting.url('postgres:', 'postgresql:')

/** Settings of `order-worker run`. */
export const Config = z.object({
  HOST: z.string().default('0.0.0.0'),
  /** Health and metrics. */
  ADMIN_PORT: setting.port(9090),
  LOG_LEVEL: setting.logLevel(),
  /** The writer endpoint, as the role comanda_order_worker. */
  DATABASE_URL: databaseUrl(),
  /** One per batch under way, one for the outbox, one to spare. */
  DATABASE_MAX_CONNECTIONS: setting.count(5, 3, 100),
  /** No statement runs longer. */
  STATEMENT_TIMEOUT_MS: setting.count(10_000, 100, 60_000),
  ...aws,
  ORDERS_QUEUE_URL: queueUrl(),
  EVENTS_QUEUE_URL: queueUrl(),
  /** Most commands that one transaction takes. */
  BATCH_SIZE: setting.count(100, 1, 100),
  /** Transactions under way at once. */
  CONCURRENCY: setting.count(2, 1, 16),
  /** Most messages received and not settled. */
  MAX_IN_HAND: setting.count(400, 10, 5_000),
  /** Receiving loops while the queue is full; one runs always. */
  MAX_POLLERS: setting.count(4, 1, 16),
  /** Long poll. A stop waits for open polls, so it lies below DRAIN_TIMEOUT_MS. */
  WAIT_TIME_SECONDS: setting.count(10, 1, 20),
  /** How long a message stays with this process; extended after every third of it while it is handled. */
  VISIBILITY_TIMEOUT_SECONDS: setting.count(60, 1, 43_200),
  /** No message is held longer, whatever happens. */
  MAX_HANDLING_SECONDS: setting.count(300, 1, 43_200),
  /** First and longest pause before a failed message comes again; doubled by each receive, full jitter. */
  BACKOFF_FIRST_SECONDS: setting.count(2, 1, 900),
  BACKOFF_MAX_SECONDS: setting.count(900, 1, 43_200),
  /** So many parked messages within the window pause the consumer: a burst means a bug of ours. */
  PARKING_BURST_COUNT: setting.count(50, 1, 100_000),
  PARKING_BURST_WINDOW_MS: setting.count(60_000, 1_000, 3_600_000),
  PARKING_PAUSE_MS: setting.count(60_000, 100, 3_600_000),
  /** Calls to the events queue under way at once. */
  EVENT_LANES_MAX: setting.count(4, 1, 64),
  /** How often the outbox is looked at for events that nobody sent. */
  OUTBOX_SWEEP_INTERVAL_MS: setting.count(2_000, 50, 600_000),
  /** Age at which an event is no longer left to the process that made it. */
  OUTBOX_SWEEP_AFTER_MS: setting.count(10_000, 0, 600_000),
  /** Longest drain after a SIGTERM. */
  DRAIN_TIMEOUT_MS: setting.count(15_000, 100, 600_000),
})
export type Config = z.infer<typeof Config>

/** Settings of `order-worker migrate`. */
export const MigrateConfig = z.object({
  /** As the owner of the schema. */
  DATABASE_URL: databaseUrl(),
})

/** Settings of `order-worker redrive`. */
export const RedriveConfig = z.object({
  ...aws,
  ORDERS_QUEUE_URL: queueUrl(),
  ORDERS_DEAD_LETTER_QUEUE_URL: queueUrl(),
})
export type RedriveConfig = z.infer<typeof RedriveConfig>
