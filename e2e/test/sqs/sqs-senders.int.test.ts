import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSignedSqsSender, createSqsSender } from '@comanda/shared/sqs'
import type { OutgoingMessage, SqsClients } from '@comanda/shared/sqs'
import { createTestQueues } from '../../src/embedded/index.js'
import type { Queues } from '../../src/embedded/index.js'
import { clientsFor } from './consumer-settings.js'

const senders = [
  { name: 'the sender of the SDK', create: createSqsSender },
  { name: 'the signed sender', create: createSignedSqsSender },
]

describe.each(senders)('$name, on a queue', ({ create }) => {
  let standard: Queues
  let fifo: Queues
  let clients: SqsClients
  beforeAll(async () => {
    standard = await createTestQueues()
    fifo = await createTestQueues({ fifo: true })
    clients = clientsFor(standard.endpoint)
  })
  afterAll(() => clients.destroy())

  function messageOf(index: number): OutgoingMessage {
    return {
      body: JSON.stringify({ index, text: '"quoted" \\ \u00e9' }),
      groupId: `group ${index}`,
      deduplicationId: `once ${index % 2}`,
      attributes: { traceparent: `00-${index}`, tracestate: 'a=ñ', empty: '' },
    }
  }

  async function received(queueUrl: string) {
    const { Messages = [] } = await clients.poll.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 1,
      }),
    )
    return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
      body: Body,
      attributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
      ),
    })).toSorted((a, b) => a.body.localeCompare(b.body))
  }

  it('brings ten messages there as they are, with their attributes', async () => {
    const messages = Array.from({ length: 10 }, (_, index) => messageOf(index))

    const results = await create({ client: clients.work, queueUrl: standard.orders }).sendBatch(messages)

    expect(results).toEqual(messages.map(() => ({ kind: 'sent' })))
    expect(await received(standard.orders)).toEqual(
      messages.map(({ body, attributes }, index) => ({
        body,
        attributes: { traceparent: `00-${index}`, tracestate: attributes?.['tracestate'] },
      })),
    )
  })

  it('names the deduplication id on a FIFO queue', async () => {
    const sender = create({ client: clients.work, queueUrl: fifo.orders })

    await sender.sendBatch([messageOf(0), messageOf(1), messageOf(2)])

    expect((await received(fifo.orders)).map(({ body }) => body)).toEqual(
      [0, 1].map((i) => messageOf(i).body),
    )
  })

  it('fails a message that the queue refuses, and sends the others', async () => {
    const sender = create({ client: clients.work, queueUrl: standard.events })

    const results = await sender.sendBatch([messageOf(0), { ...messageOf(1), body: '\u0001' }])

    expect(results).toMatchObject([{ kind: 'sent' }, { kind: 'failed', retryable: false }])
  })

  it('rejects where there is no such queue, with the code of the queue', async () => {
    const sender = create({ client: clients.work, queueUrl: `${standard.orders}-nowhere` })

    await expect(sender.sendBatch([messageOf(0)])).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
  })
})
