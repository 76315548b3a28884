import { setting } from '@comanda/shared/config'
import { tracingSettings } from '@comanda/shared/tracing'
import { z } from 'zod'

const aws = {
  AWS_REGION: z.string().min(1).describe('Region of the queues.'),
  SQS_ENDPOINT: setting
    .url('http:', 'https:')
    .optional()
    .describe('Another endpoint than the region’s own: an emulator, or a VPC endpoint.'),
  EVENTS_QUEUE_URL: setting
    .url('http:', 'https:')
    .describe('The order-events queue; a `.fifo` queue works too.'),
}

/** The settings of notifier. Every one is an environment variable of this name; `NAME_FILE` reads it from a file. */
export const Config = z.object({
  HOST: z.string().default('0.0.0.0').describe('Address that the admin port listens on.'),
  ADMIN_PORT: setting.port(9_090).describe('Port of /livez, /readyz and /metrics.'),
  LOG_LEVEL: setting.logLevel().describe('Least level that is logged.'),

  DATABASE_URL: setting
    .url('postgres:', 'postgresql:')
    .describe('Postgres, writer endpoint, as a login of the role comanda_notifier.'),
  DATABASE_MAX_CONNECTIONS: setting.count(6, 2, 100).describe('Connections to Postgres, per replica.'),

  ...aws,
  QUEUE_DEPTH_INTERVAL_MS: setting
    .count(15_000, 100, 600_000)
    .describe(
      'How often the depth of the order-events queue and of its dead-letter queue is asked for the metrics, with sqs:GetQueueAttributes, in ms.',
    ),
  SQS_SENDER: z
    .enum(['signed', 'sdk'])
    .default('signed')
    .describe(
      'What writes the calls to the queues: `signed`, our own for less CPU, or `sdk`, the AWS SDK throughout.',
    ),
  BATCH_SIZE: setting.count(100, 1, 100).describe('Largest batch of events that is stored in one statement.'),
  CONCURRENCY: setting.count(1, 1, 20).describe('Batches that are stored at once.'),
  MAX_POLLERS: setting.count(4, 1, 20).describe('Long polls that may be open at once.'),
  WAIT_TIME_SECONDS: setting
    .count(5, 1, 20)
    .describe('Length of a long poll. A drain waits it out, so keep it well below DRAIN_TIMEOUT_MS.'),
  VISIBILITY_TIMEOUT_SECONDS: setting
    .count(60, 2, 43_200)
    .describe('How long a received event stays hidden from other replicas.'),
  BACKOFF_FIRST_SECONDS: setting
    .count(2, 1, 900)
    .describe(
      'First and longest pause before a failed event comes again; doubled by each receive, full jitter.',
    ),
  BACKOFF_MAX_SECONDS: setting
    .count(900, 1, 43_200)
    .describe('Longest pause before a failed message comes again, in seconds.'),
  PARKING_BURST_COUNT: setting
    .count(50, 1, 100_000)
    .describe('So many parked events within the window pause the consumer: a burst means a bug of ours.'),
  PARKING_BURST_WINDOW_MS: setting
    .count(60_000, 1_000, 3_600_000)
    .describe('Window in which parked messages are counted, in ms.'),
  PARKING_PAUSE_MS: setting
    .count(60_000, 100, 3_600_000)
    .describe('How long such a burst pauses the consumer, in ms.'),

  SMTP_URL: setting
    .url('smtp:', 'smtps:')
    .describe(
      'Mail server: `smtp://` or `smtps://`, with user and password where it asks for them; `?requireTLS=true` insists on STARTTLS.',
    ),
  SMTP_MAX_CONNECTIONS: setting
    .count(10, 1, 100)
    .describe('Connections to the mail server, each for one mail at a time.'),
  SEND_TIMEOUT_MS: setting
    .count(20_000, 100, 120_000)
    .describe(
      'Longest time for one mail. A claim lasts three times as long, which a crash delays its mails by.',
    ),
  MAIL_FROM: z.email().describe('Address that mails come from; its domain also ends their Message-IDs.'),
  SHOP_NAME: z.string().min(1).max(100).describe('Name of the shop, as customers know it.'),
  MAX_CLAIMED: setting.count(500, 1, 10_000).describe('Most deliveries claimed at once by one replica.'),
  SWEEP_INTERVAL_MS: setting
    .count(1_000, 50, 60_000)
    .describe('How often retries that are due are looked for. New deliveries do not wait for it.'),

  ...tracingSettings,
  DRAIN_TIMEOUT_MS: setting.count(15_000, 100, 600_000).describe('Longest time from SIGTERM to the end.'),
})
export type Config = z.infer<typeof Config>

/** Settings of `notifier redrive`. */
export const RedriveConfig = z.object({
  ...aws,
  EVENTS_DEAD_LETTER_QUEUE_URL: setting
    .url('http:', 'https:')
    .optional()
    .describe(
      'Where events go that were received too often; by default what the redrive policy of the queue names.',
    ),
})
export type RedriveConfig = z.infer<typeof RedriveConfig>
