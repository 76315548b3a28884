import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { emulatorClient } from '@comanda/e2e/embedded'
import { sha256 } from '../checker/identity.js'
import { linesOf } from '../checker/partitions.js'
import type { CheckRecord } from '../checker/records.js'
import type { ChaosWorld } from '../world/chaos-world.js'

/** The events that left for the queue, as the proxy saw them. */
export async function* publishedEvents(path: string): AsyncGenerator<CheckRecord> {
  for await (const line of linesOf(path)) {
    const event = JSON.parse(line) as {
      id: string
      subject: string
      type: string
      data: { version: number; email?: string }
    }
    yield {
      kind: 'published',
      id: event.subject,
      event: event.id,
      type: event.type,
      version: event.data.version,
      addressed: event.data.email !== undefined,
    }
  }
}

/** Everything that lies in the dead-letter queues. It stays there, hidden for a while. */
export async function* deadLetters({ queues }: ChaosWorld): AsyncGenerator<CheckRecord> {
  const client = emulatorClient(queues.endpoint)
  try {
    for (const QueueUrl of [queues.ordersDeadLetter, queues.eventsDeadLetter]) {
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 3_600 }),
        )
        if (Messages.length === 0) break
        for (const { Body = '' } of Messages)
          yield { kind: 'dead-letter', sha: sha256(Body), queue: QueueUrl.split('/').at(-1)! }
      }
    }
  } finally {
    client.destroy()
  }
}
