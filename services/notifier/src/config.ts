import { setting } from '@comanda/shared/config'
import { z } from 'zod'

const aws = {
  AWS_REGION: z.string().min(1),
  /** Another endpoint than the region's own: an emulator, or a VPC endpoint. */
  SQS_ENDPOINT: setting.url('http:', 'https:').optional(),
  EVENTS_QUEUE_URL: setting.url('http:', 'https:'),
}

/** The settings of notifier. Every one is an environment variable of this name; `NAME_FILE` reads it from a file. */
export const Config = z.object({
  /** Address that the admin port listens on. */
  HOST: z.string().default('0.0.0.0'),
  /** Port of /livez, /readyz and /metrics. */
  ADMIN_PORT: setting.port(9_090),
  LOG_LEVEL: setting.logLevel(),

  /** Postgres, writer endpoint, as a login of the role comanda_notifier. */
  DATABASE_URL: setting.url('postgres:', 'postgresql:'),
  DATABASE_MAX_CONNECTIONS: setting.count(6, 2, 100),

  ...aws,
  /** Largest batch of events that is stored in one statement. */
  BATCH_SIZE: setting.count(100, 1, 100),
  /** Batches that are stored at once. */
  CONCURRENCY: setting.count(1, 1, 20),
  /** Long polls that may be open at once. */
  MAX_POLLERS: setting.count(4, 1, 20),
  /** Length of a long poll. A drain waits it out, so keep it well below DRAIN_TIMEOUT_MS. */
  WAIT_TIME_SECONDS: setting.count(5, 1, 20),
  /** How long a received event stays hidden from other replicas. */
  VISIBILITY_TIMEOUT_SECONDS: setting.count(60, 2, 43_200),
  /** First and longest pause before a failed event comes again; doubled by each receive, full jitter. */
  BACKOFF_FIRST_SECONDS: setting.count(2, 1, 900),
  BACKOFF_MAX_SECONDS: setting.count(900, 1, 43_200),
  /** So many parked events within the window pause the consumer: a burst means a bug of ours. */
  PARKING_BURST_COUNT: setting.count(50, 1, 100_000),
  PARKING_BURST_WINDOW_MS: setting.count(60_000, 1_000, 3_600_000),
  PARKING_PAUSE_MS: setting.count(60_000, 100, 3_600_000),

  /** Mail server: `smtp://` or `smtps://`, with user and password where it asks for them; `?requireTLS=true` insists on STARTTLS. */
  SMTP_URL: setting.url('smtp:', 'smtps:'),
  /** Connections to the mail server, each for one mail at a time. */
  SMTP_MAX_CONNECTIONS: setting.count(10, 1, 100),
  /** Longest time for one mail. A claim lasts three times as long, which a crash delays its mails by. */
  SEND_TIMEOUT_MS: setting.count(20_000, 100, 120_000),
  /** Address that mails come from; its domain also ends their Message-IDs. */
  MAIL_FROM: z.email(),
  /** Name of the shop, as customers know it. */
  SHOP_NAME: z.string().min(1).max(100),
  /** Most deliveries claimed at once by one replica. */
  MAX_CLAIMED: setting.count(500, 1, 10_000),
  /** How often retries that are due are looked for. New deliveries do not wait for it. */
  SWEEP_INTERVAL_MS: setting.count(1_000, 50, 60_000),

  /** Longest time from SIGTERM to the end. */
  DRAIN_TIMEOUT_MS: setting.count(15_000, 100, 600_000),
})
export type Config = z.infer<typeof Config>

/** Settings of `notifier redrive`. */
export const RedriveConfig = z.object({
  ...aws,
  EVENTS_DEAD_LETTER_QUEUE_URL: setting.url('http:', 'https:'),
})
export type RedriveConfig = z.infer<typeof RedriveConfig>
