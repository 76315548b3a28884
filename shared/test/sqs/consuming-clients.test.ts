import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createSignedSqsClient } from '../../src/sqs/create-signed-sqs-client.js'
import type { ConsumingClient } from '../../src/sqs/create-signed-sqs-client.js'
import { createSqsClients } from '../../src/sqs/sqs-clients.js'
import type { SqsClients } from '../../src/sqs/sqs-clients.js'
import { json, md5, startStubSqsServer } from './stub-sqs-server.js'
import type { StubSqsServer } from './stub-sqs-server.js'

const QUEUE = 'http://127.0.0.1/000000000000/orders'

const stored = {
  MessageId: 'm1',
  ReceiptHandle: 'r1',
  Body: '{"a":"ñ"}',
  MD5OfBody: md5('{"a":"ñ"}'),
  Attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1700000000000' },
  MessageAttributes: { traceparent: { StringValue: '00-1', DataType: 'String' } },
}

const receive = new ReceiveMessageCommand({ QueueUrl: QUEUE, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 })

const kinds: readonly { name: string; create: (client: SQSClient) => ConsumingClient }[] = [
  { name: 'the client of the SDK', create: (client) => client },
  { name: 'the signed client', create: (client) => createSignedSqsClient({ client, queueUrl: QUEUE }) },
]

describe.each(kinds)('$name', ({ create }) => {
  let server: StubSqsServer
  let clients: SqsClients
  let poll: ConsumingClient
  let work: ConsumingClient
  beforeEach(async () => {
    server = await startStubSqsServer()
    clients = createSqsClients({
      region: 'eu-central-1',
      endpoint: server.url,
      pollSockets: 1,
      maxAttempts: 2,
      requestTimeoutMs: 2_000,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    })
    poll = create(clients.poll)
    work = create(clients.work)
  })
  afterEach(async () => {
    clients.destroy()
    await server.stop()
  })

  it('receives messages as the queue gives them, attributes and all', async () => {
    server.answers.push((_, response) => json(response, 200, { Messages: [stored] }))

    const { Messages } = await poll.send(receive)

    expect(Messages).toEqual([stored])
    expect(server.calls[0]).toMatchObject({
      headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
      input: { QueueUrl: QUEUE, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 },
    })
  })

  it.each([{}, { Messages: null }, { Messages: [] }])(
    'receives nothing from the answer %j',
    async (answer) => {
      server.answers.push((_, response) => json(response, 200, answer))

      const { Messages } = await poll.send(receive)

      expect(Messages ?? []).toEqual([])
    },
  )

  it('hands out no message whose body was altered on its way', async () => {
    server.answers.push((_, response) =>
      json(response, 200, { Messages: [{ ...stored, Body: '{"a":"other"}' }] }),
    )

    await expect(poll.send(receive)).rejects.toBeInstanceOf(Error)
  })

  it('tries a poll once: its caller has a backoff of its own', async () => {
    server.answers.push((_, response) => json(response, 500, { __type: 'InternalFailure' }))

    await expect(poll.send(receive)).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    })
    expect(server.calls).toHaveLength(1)
  })

  it('ends a poll that is aborted', async () => {
    const abort = new AbortController()
    server.answers.push(() => abort.abort())

    await expect(poll.send(receive, { abortSignal: abort.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  it('deletes a batch, tries once more after a reset, and says which entry failed', async () => {
    const answer = {
      Successful: [{ Id: '0' }],
      Failed: [{ Id: '1', Code: 'ReceiptHandleIsInvalid', SenderFault: true, Message: 'no' }],
    }
    server.answers.push(
      (_, response) => void response.socket?.resetAndDestroy(),
      (_, response) => json(response, 200, answer),
    )

    const { Successful, Failed } = await work.send(
      new DeleteMessageBatchCommand({
        QueueUrl: QUEUE,
        Entries: [
          { Id: '0', ReceiptHandle: 'r0' },
          { Id: '1', ReceiptHandle: 'r1' },
        ],
      }),
    )

    expect({ Successful, Failed }).toEqual(answer)
    expect(server.calls).toHaveLength(2)
  })

  it('changes the visibility of a batch', async () => {
    server.answers.push((_, response) => json(response, 200, { Successful: [{ Id: '0' }], Failed: [] }))

    const { Successful } = await work.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: QUEUE,
        Entries: [{ Id: '0', ReceiptHandle: 'r0', VisibilityTimeout: 60 }],
      }),
    )

    expect(Successful).toEqual([{ Id: '0' }])
    expect(server.calls[0]).toMatchObject({
      headers: { 'x-amz-target': 'AmazonSQS.ChangeMessageVisibilityBatch' },
      input: { Entries: [{ Id: '0', ReceiptHandle: 'r0', VisibilityTimeout: 60 }] },
    })
  })

  it('makes every other call too', async () => {
    server.answers.push((_, response) => json(response, 200, { Attributes: { DelaySeconds: '0' } }))

    const { Attributes } = await work.send(new GetQueueAttributesCommand({ QueueUrl: QUEUE }))

    expect(Attributes).toEqual({ DelaySeconds: '0' })
  })
})
