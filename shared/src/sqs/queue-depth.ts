import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'

/** Messages that a queue holds, by state. Approximate, as SQS counts them. */
export interface QueueDepth {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

export interface QueueState {
  readonly depth: QueueDepth
  /** Where its messages go that were received too often. A dead-letter queue is in its queue's account and region. */
  readonly deadLetterUrl?: string
}

/** Asks a queue how much it holds. Needs the permission sqs:GetQueueAttributes. Rejects as the client does. */
export async function readQueueState(client: Pick<SQSClient, 'send'>, queueUrl: string): Promise<QueueState> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
        'RedrivePolicy',
      ],
    }),
  )
  const count = (name: keyof typeof Attributes) => Number(Attributes[name] ?? 0)
  const deadLetterUrl = deadLetterUrlOf(queueUrl, Attributes.RedrivePolicy)
  return {
    depth: {
      visible: count('ApproximateNumberOfMessages'),
      inFlight: count('ApproximateNumberOfMessagesNotVisible'),
      delayed: count('ApproximateNumberOfMessagesDelayed'),
    },
    ...(deadLetterUrl === undefined ? {} : { deadLetterUrl }),
  }
}

/** URL of the dead-letter queue that a queue's redrive policy names. Rejects where it names none, and as the client does. */
export async function deadLetterQueueOf(client: Pick<SQSClient, 'send'>, queueUrl: string): Promise<string> {
  const { deadLetterUrl } = await readQueueState(client, queueUrl)
  if (deadLetterUrl !== undefined) return deadLetterUrl
  throw new Error(`The queue ${queueUrl} has no dead-letter queue in its redrive policy.`)
}

/** The same URL with the name that the policy's ARN ends with. */
function deadLetterUrlOf(queueUrl: string, policy: string | undefined): string | undefined {
  if (policy === undefined || policy === '') return undefined
  const { deadLetterTargetArn } = JSON.parse(policy) as { deadLetterTargetArn?: unknown }
  if (typeof deadLetterTargetArn !== 'string') return undefined
  const name = deadLetterTargetArn.slice(deadLetterTargetArn.lastIndexOf(':') + 1)
  return `${queueUrl.slice(0, queueUrl.lastIndexOf('/'))}/${name}`
}
