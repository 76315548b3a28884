import { randomUUID } from 'node:crypto'
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Queues } from '@comanda/e2e/embedded'
import { asciiJson } from '@comanda/shared/messages'
import type { OrderEvent } from '@comanda/shared/messages'
import { Config } from '../../src/config.js'
import { eventually } from './eventually.js'

/** Settings of a worker under test: short waits, ports of the system's choice. */
export function workerConfig(
  parts: { readonly databaseUrl: string; readonly queues: Queues },
  more: Partial<Config> = {},
): Config {
  return {
    ...Config.parse({
      HOST: '127.0.0.1',
      ADMIN_PORT: '0',
      LOG_LEVEL: 'silent',
      DATABASE_URL: parts.databaseUrl,
      AWS_REGION: 'eu-west-1',
      SQS_ENDPOINT: parts.queues.endpoint,
      ORDERS_QUEUE_URL: parts.queues.orders,
      EVENTS_QUEUE_URL: parts.queues.events,
      WAIT_TIME_SECONDS: '1',
      BACKOFF_FIRST_SECONDS: '1',
      BACKOFF_MAX_SECONDS: '1',
      OUTBOX_SWEEP_INTERVAL_MS: '100',
    }),
    ...more,
  }
}

/** Sends messages as order-api would: ASCII JSON, in tens. Strings travel as they are. */
export async function send(
  client: SQSClient,
  queueUrl: string,
  messages: readonly unknown[],
  traceParent?: string,
): Promise<void> {
  for (let start = 0; start < messages.length; start += 10) {
    const { Failed } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.slice(start, start + 10).map((message, index) => ({
          Id: String(index),
          MessageBody: typeof message === 'string' ? message : asciiJson(message),
          ...(queueUrl.endsWith('.fifo')
            ? { MessageGroupId: groupOf(message), MessageDeduplicationId: randomUUID() }
            : {}),
          ...(traceParent === undefined
            ? {}
            : { MessageAttributes: { traceparent: { DataType: 'String', StringValue: traceParent } } }),
        })),
      }),
    )
    if (Failed?.length) throw new Error('the queue refused a message of the test')
  }
}

function groupOf(message: unknown): string {
  return String((message as { subject?: unknown }).subject)
}

export interface TestEvents {
  /** Everything that came, in the order in which it came. */
  readonly all: readonly OrderEvent[]
  readonly traceParents: ReadonlyMap<string, string>
  /** Resolves with the first event of the order that is of this kind (`confirmed`, `rejected`...). */
  next(orderId: string, kind: string): Promise<OrderEvent>
  /** Receives what there is now. */
  receive(): Promise<void>
}

/** Reads the events queue of a test. */
export function testEvents(client: SQSClient, queueUrl: string): TestEvents {
  const all: OrderEvent[] = []
  const traceParents = new Map<string, string>()
  const receive = async () => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) return
    for (const { Body, MessageAttributes } of Messages) {
      const event = JSON.parse(Body!) as OrderEvent
      all.push(event)
      const traceParent = MessageAttributes?.['traceparent']?.StringValue
      if (traceParent !== undefined) traceParents.set(event.id, traceParent)
    }
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    )
  }
  return {
    all,
    traceParents,
    receive,
    next: (orderId, kind) =>
      eventually(async () => {
        const found = all.find(
          ({ subject, type }) => subject === orderId && type === `comanda.order.${kind}.v1`,
        )
        if (found === undefined) await receive()
        return found
      }, `the event ${kind} of an order`),
  }
}

/** Messages in a queue: visible, hidden and delayed. */
export async function queueDepth(client: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  )
  return (
    Number(Attributes['ApproximateNumberOfMessages']) +
    Number(Attributes['ApproximateNumberOfMessagesNotVisible']) +
    Number(Attributes['ApproximateNumberOfMessagesDelayed'])
  )
}

/** The value of a metric on the admin port, summed over its labels. */
export async function metric(adminPort: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
