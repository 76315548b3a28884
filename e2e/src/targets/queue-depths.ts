import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Queues } from '../embedded/sqs.js'
import type { QueueDepth, QueueDepths } from './target.js'

/** Reads the depths of the four queues. */
export async function readDepths(client: SQSClient, queues: Queues): Promise<QueueDepths> {
  const [orders, ordersDeadLetter, events, eventsDeadLetter] = await Promise.all(
    [queues.orders, queues.ordersDeadLetter, queues.events, queues.eventsDeadLetter].map((url) =>
      depth(client, url),
    ),
  )
  return {
    orders: orders!,
    ordersDeadLetter: ordersDeadLetter!,
    events: events!,
    eventsDeadLetter: eventsDeadLetter!,
  }
}

async function depth(client: SQSClient, queueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  )
  const count = (name: keyof typeof Attributes) => Number(Attributes[name] ?? 0)
  return {
    visible: count('ApproximateNumberOfMessages'),
    inFlight: count('ApproximateNumberOfMessagesNotVisible'),
    delayed: count('ApproximateNumberOfMessagesDelayed'),
  }
}
