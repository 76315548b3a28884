import type { Logger } from '@comanda/shared/logging'
import { classifyFailure, takesWrites } from '@comanda/shared/postgres'
import { createQueueConsumer, createSignedSqsClient, traceBatches } from '@comanda/shared/sqs'
import type { QueueConsumer, SqsClients } from '@comanda/shared/sqs'
import type { Tracing } from '@comanda/shared/tracing'
import type pg from 'pg'
import { parkEvents } from './adapters/postgres/parked-events.js'
import { createEventHandler } from './adapters/sqs/event-handler.js'
import type { TakeEvents } from './adapters/sqs/event-handler.js'
import type { Config } from './config.js'
import { createConsumerObserver } from './consumer-observer.js'
import type { Metrics } from './metrics.js'

export interface ConsumingOptions {
  readonly config: Config
  readonly clients: SqsClients
  readonly pool: pg.Pool
  readonly metrics: Metrics
  readonly logger: Logger
  readonly tracing: Tracing | undefined
  readonly take: TakeEvents
}

/** Wires the consuming half of the service: the order-events queue, not started yet. */
export function createConsuming(options: ConsumingOptions): QueueConsumer {
  const { config, clients, pool, metrics, logger, tracing } = options
  const callingClient = (client: SqsClients['poll']) =>
    config.SQS_SENDER === 'sdk'
      ? client
      : createSignedSqsClient({ client, queueUrl: config.EVENTS_QUEUE_URL })
  return createQueueConsumer({
    name: 'order-events',
    queueUrl: config.EVENTS_QUEUE_URL,
    pollClient: callingClient(clients.poll),
    workClient: callingClient(clients.work),
    handle: traceBatches(createEventHandler(options.take), { tracing, queueUrl: config.EVENTS_QUEUE_URL }),
    park: (parked) => parkEvents(pool, parked),
    dependency: {
      isAway: (error) => classifyFailure(error) === 'away',
      probe: () => takesWrites(pool),
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
}
