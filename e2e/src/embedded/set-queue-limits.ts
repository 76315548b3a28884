import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { emulatorClient } from './sqs.js'
import type { Queues } from './sqs.js'

/** Gives queues that are there another visibility and another count of receives before their dead-letter queues. */
export async function setQueueLimits(
  queues: Queues,
  limits: { readonly visibilityTimeoutSeconds: number; readonly maxReceiveCount: number },
): Promise<void> {
  const client = emulatorClient(queues.endpoint)
  const set = async (live: string, dead: string) => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
    )
    const deadLetterTargetArn = Attributes.QueueArn
    await client.send(
      new SetQueueAttributesCommand({
        QueueUrl: live,
        Attributes: {
          VisibilityTimeout: String(limits.visibilityTimeoutSeconds),
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: limits.maxReceiveCount }),
        },
      }),
    )
  }
  try {
    await set(queues.orders, queues.ordersDeadLetter)
    await set(queues.events, queues.eventsDeadLetter)
  } finally {
    client.destroy()
  }
}
