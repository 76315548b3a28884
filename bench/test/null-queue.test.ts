import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  ReceiveMessageCommand,
  SQSClient,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createNullQueue } from '../src/queue/null-queue.js'
import type { NullQueue } from '../src/queue/null-queue.js'
import { countsBetween, totalCalls } from '../src/queue/queue-counts.js'

describe('the null queue under the AWS SDK', () => {
  let queue: NullQueue
  let client: SQSClient
  let url: string

  beforeEach(async () => {
    queue = createNullQueue({ delayMs: 1 })
    queue.server.listen(0, '127.0.0.1')
    await once(queue.server, 'listening')
    const endpoint = `http://127.0.0.1:${(queue.server.address() as AddressInfo).port}`
    url = `${endpoint}/000000000000/orders`
    client = new SQSClient({
      endpoint,
      region: 'eu-west-1',
      useQueueUrlAsEndpoint: false,
      maxAttempts: 1,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
  })

  afterEach(async () => {
    client.destroy()
    queue.server.close()
    await once(queue.server, 'close')
  })

  it('takes a message with a digest that the SDK accepts', async () => {
    const answer = await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: '{"é":1}' }))

    expect(answer.MessageId).toMatch(/^[0-9a-f-]{36}$/)
    expect(queue.counts).toEqual({ SendMessage: { calls: 1, entries: 1 } })
  })

  it('takes a batch entry by entry and counts calls and entries apart', async () => {
    const Entries = ['a', 'b', 'c'].map((body, index) => ({ Id: String(index), MessageBody: body }))

    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))

    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['0', '1', '2'])
    expect(new Set(answer.Successful?.map(({ MessageId }) => MessageId)).size).toBe(3)
    expect(queue.counts).toEqual({ SendMessageBatch: { calls: 1, entries: 3 } })
  })

  it('refuses what SQS refuses, and counts the call all the same', async () => {
    const entry = (Id: number) => ({ Id: String(Id), MessageBody: 'x' })
    const send = (Entries: { Id: string; MessageBody: string }[]) =>
      client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))

    await expect(send(Array.from({ length: 11 }, (_, index) => entry(index)))).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    })
    await expect(send([entry(1), entry(1)])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' })
    await expect(send([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' })
    expect(queue.counts).toEqual({ SendMessageBatch: { calls: 3, entries: 0 } })
  })

  it('says so when it is asked for more than taking messages', async () => {
    await expect(client.send(new ReceiveMessageCommand({ QueueUrl: url }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    })
  })
})

describe('counts of a queue', () => {
  it('tells what was called between two readings', () => {
    const before = { SendMessage: { calls: 3, entries: 3 }, ReceiveMessage: { calls: 5 } }
    const after = {
      SendMessage: { calls: 4, entries: 4 },
      ReceiveMessage: { calls: 5 },
      DeleteMessage: { calls: 2 },
    }

    const between = countsBetween(before, after)

    expect(between).toEqual({ SendMessage: { calls: 1, entries: 1 }, DeleteMessage: { calls: 2 } })
    expect(totalCalls(between)).toBe(3)
  })
})
