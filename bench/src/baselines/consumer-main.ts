import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
import { createPostgresOrderStore } from '@comanda/order-worker/dist/src/adapters/postgres/order-store.js'
import { createPostgresOutbox } from '@comanda/order-worker/dist/src/adapters/postgres/outbox.js'
import { PlaceOrder } from '@comanda/shared/messages'
import { createPool } from '@comanda/shared/postgres'
import { Consumer } from 'sqs-consumer'

/** What a baseline consumer is told, as JSON in its first argument. */
export interface ConsumerBaseline {
  readonly endpoint: string
  readonly ordersUrl: string
  readonly eventsUrl: string
  readonly databaseUrl: string
  /** Without it sqs-consumer as it comes (one message a receive); a tutorial's tuning is 10. */
  readonly batchSize?: number
}

const settings = JSON.parse(process.argv[2]!) as ConsumerBaseline

const sqs = new SQSClient({ endpoint: settings.endpoint, useQueueUrlAsEndpoint: false })
const pool = createPool({
  databaseUrl: settings.databaseUrl,
  applicationName: 'consumer-baseline',
  maxConnections: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 10_000,
  pipeline: true,
  onIdleError: (error) => {
    throw error
  },
})
const store = createPostgresOrderStore({ pool })
const outbox = createPostgresOutbox(pool)

/** The worker's own SQL and messages, one order at a time: a transaction, a send, a delete from the outbox. */
async function handle(body: string): Promise<void> {
  const command = PlaceOrder.parse(JSON.parse(body))
  const { events } = await store.applyAll([{ command }])
  for (const event of events) {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: settings.eventsUrl,
        MessageBody: event.body,
        MessageGroupId: event.group,
      }),
    )
    await outbox.remove([event.id])
  }
}

const consumer = Consumer.create({
  queueUrl: settings.ordersUrl,
  sqs,
  ...(settings.batchSize === undefined ? {} : { batchSize: settings.batchSize }),
  handleMessage: async (message) => {
    await handle(message.Body!)
    return message
  },
})
// The bench counts what is stored: a consumer that fails would show as one that never ends.
const fail = (error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
consumer.on('error', fail)
consumer.on('processing_error', fail)
consumer.start()
process.once('SIGTERM', () => process.exit(0))
process.once('disconnect', () => process.exit(0))
