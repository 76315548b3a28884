import { z } from 'zod'
import { setting } from '@comanda/shared/config'
import { tracingSettings } from '@comanda/shared/tracing'

const queueUrl = () => setting.url('http:', 'https:')

const aws = {
  AWS_REGION: z.string().min(1).describe('Region of the queues.'),
  SQS_ENDPOINT: setting
    .url('http:', 'https:')
    .optional()
    .describe('Another endpoint than the region’s own, such as an emulator.'),
}

const databaseUrl = () => setting.url('postgres:', 'postgresql:')

/** Settings of `order-worker run`. */
export const Config = z.object({
  HOST: z.string().default('0.0.0.0').describe('Address that the ports listen on.'),
  ADMIN_PORT: setting.port(9090).describe('Health and metrics.'),
  LOG_LEVEL: setting.logLevel().describe('Least level that is logged.'),
  DATABASE_URL: databaseUrl().describe('The writer endpoint, as the role comanda_order_worker.'),
  DATABASE_MAX_CONNECTIONS: setting
    .count(5, 3, 100)
    .describe('One per batch under way, one for the outbox, one to spare.'),
  STATEMENT_TIMEOUT_MS: setting.count(10_000, 100, 60_000).describe('No statement runs longer.'),
  ...aws,
  ORDERS_QUEUE_URL: queueUrl().describe('The orders queue; a `.fifo` queue works too.'),
  EVENTS_QUEUE_URL: queueUrl().describe('The order-events queue; a `.fifo` queue works too.'),
  QUEUE_DEPTH_INTERVAL_MS: setting
    .count(15_000, 100, 600_000)
    .describe(
      'How often the depth of both queues and of their dead-letter queues is asked for the metrics, with sqs:GetQueueAttributes, in ms.',
    ),
  SQS_SENDER: z
    .enum(['signed', 'sdk'])
    .default('signed')
    .describe(
      'What writes the calls to the queues: `signed`, our own for less CPU, or `sdk`, the AWS SDK throughout.',
    ),
  BATCH_SIZE: setting.count(100, 1, 100).describe('Most commands that one transaction takes.'),
  CONCURRENCY: setting
    .count(2, 1, 16)
    .describe(
      'Transactions under way at once: a second one starts beside the first when a full batch waits for it.',
    ),
  MAX_IN_HAND: setting.count(400, 10, 5_000).describe('Most messages received and not settled.'),
  MAX_POLLERS: setting.count(4, 1, 16).describe('Receiving loops while the queue is full; one runs always.'),
  WAIT_TIME_SECONDS: setting
    .count(10, 1, 20)
    .describe('Long poll. A stop waits for open polls, so it lies below DRAIN_TIMEOUT_MS.'),
  VISIBILITY_TIMEOUT_SECONDS: setting
    .count(60, 1, 43_200)
    .describe(
      'How long a message stays with this process; extended after every third of it while it is handled.',
    ),
  MAX_HANDLING_SECONDS: setting
    .count(300, 1, 43_200)
    .describe('No message is held longer, whatever happens.'),
  BACKOFF_FIRST_SECONDS: setting
    .count(2, 1, 900)
    .describe(
      'First and longest pause before a failed message comes again; doubled by each receive, full jitter.',
    ),
  BACKOFF_MAX_SECONDS: setting
    .count(900, 1, 43_200)
    .describe('Longest pause before a failed message comes again, in seconds.'),
  STOCK_PATIENCE_SECONDS: setting
    .count(300, 0, 43_200)
    .describe(
      'How long a stock change that would go below zero waits, from when it was received first, for one that it may have overtaken before it is refused. Without effect on a `.fifo` queue, which keeps their order.',
    ),
  PARKING_BURST_COUNT: setting
    .count(50, 1, 100_000)
    .describe('So many parked messages within the window pause the consumer: a burst means a bug of ours.'),
  PARKING_BURST_WINDOW_MS: setting
    .count(60_000, 1_000, 3_600_000)
    .describe('Window in which parked messages are counted, in ms.'),
  PARKING_PAUSE_MS: setting
    .count(60_000, 100, 3_600_000)
    .describe('How long such a burst pauses the consumer, in ms.'),
  EVENT_LANES_MAX: setting.count(4, 1, 64).describe('Calls to the events queue under way at once.'),
  OUTBOX_SWEEP_INTERVAL_MS: setting
    .count(2_000, 50, 600_000)
    .describe('How often the outbox is looked at for events that nobody sent.'),
  OUTBOX_SWEEP_AFTER_MS: setting
    .count(10_000, 0, 600_000)
    .describe('Age at which an event is no longer left to the process that made it.'),
  ...tracingSettings,
  DRAIN_TIMEOUT_MS: setting.count(15_000, 100, 600_000).describe('Longest drain after a SIGTERM.'),
})
export type Config = z.infer<typeof Config>

/** Settings of `order-worker migrate`. */
export const MigrateConfig = z.object({
  DATABASE_URL: databaseUrl().describe('As the owner of the schema.'),
})

/** Settings of `order-worker redrive`. */
export const RedriveConfig = z.object({
  ...aws,
  ORDERS_QUEUE_URL: queueUrl().describe('The orders queue; a `.fifo` queue works too.'),
  ORDERS_DEAD_LETTER_QUEUE_URL: queueUrl()
    .optional()
    .describe(
      'Where commands go that were received too often; by default what the redrive policy of the queue names.',
    ),
})
export type RedriveConfig = z.infer<typeof RedriveConfig>
