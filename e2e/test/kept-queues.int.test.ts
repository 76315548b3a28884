import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emulatorClient, startSqs } from '../src/embedded/index.js'
import type { EmbeddedSqs } from '../src/embedded/index.js'

describe('an emulator that keeps its queues in a folder', () => {
  let folder: string
  let sqs: EmbeddedSqs
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comanda-kept-queues-'))
    sqs = await startSqs({ folder })
  })
  afterEach(async () => {
    await sqs.stop()
    await rm(folder, { recursive: true })
  })

  it('has a message that was given back at once, before and after its death', async () => {
    const queueUrl = await queueWithOneMessage(sqs)
    await giveBack(sqs, queueUrl)

    const again = await receive(sqs, queueUrl)
    await giveBack(sqs, queueUrl, again?.ReceiptHandle)
    await sqs.kill()
    sqs = await startSqs({ folder })
    const afterDeath = await receive(sqs, queueUrl)

    expect(again).toMatchObject({ Body: 'kept', Attributes: { ApproximateReceiveCount: '2' } })
    expect(afterDeath).toMatchObject({ Body: 'kept', Attributes: { ApproximateReceiveCount: '3' } })
  })
})

async function queueWithOneMessage({ endpoint }: EmbeddedSqs): Promise<string> {
  const client = emulatorClient(endpoint)
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'kept' }))
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }))
  client.destroy()
  return QueueUrl!
}

async function giveBack(sqs: EmbeddedSqs, queueUrl: string, receiptHandle?: string): Promise<void> {
  const handle = receiptHandle ?? (await receive(sqs, queueUrl))?.ReceiptHandle
  const client = emulatorClient(sqs.endpoint)
  await client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: handle, VisibilityTimeout: 0 }),
  )
  client.destroy()
}

async function receive({ endpoint }: EmbeddedSqs, queueUrl: string) {
  const client = emulatorClient(endpoint)
  const { Messages } = await client.send(
    new ReceiveMessageCommand({
      // The URL names the port of the first life.
      QueueUrl: queueUrl.replace(/^http:\/\/[^/]+/, endpoint),
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  )
  client.destroy()
  return Messages?.[0]
}
