import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { createSqsClients } from '../../src/sqs/sqs-clients.js'
import type { SqsClientsOptions } from '../../src/sqs/sqs-clients.js'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function clientsOf(listener: RequestListener, options: Partial<SqsClientsOptions> = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clients = createSqsClients({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pollSockets: 2,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    ...options,
  })
  closers.push(() => {
    clients.destroy()
    server.closeAllConnections()
    server.close()
  })
  return clients
}

/** The host of this URL does not exist: only the endpoint can answer. */
const QUEUE_URL = 'http://queue.invalid/000000000000/orders'

describe('the SQS clients', () => {
  it('call the endpoint, whatever host the queue URL names', async () => {
    const { poll } = await clientsOf((_request, response) => {
      response.setHeader('content-type', 'application/x-amz-json-1.0')
      response.end('{}')
    })

    const answer = await poll.send(new ReceiveMessageCommand({ QueueUrl: QUEUE_URL }))

    expect(answer.$metadata.httpStatusCode).toBe(200)
  })

  it('give up on a silent queue after the attempts and the time that they were given', async () => {
    let requests = 0
    const { work } = await clientsOf(() => (requests += 1), { requestTimeoutMs: 30, maxAttempts: 2 })

    const sent = work.send(
      new SendMessageBatchCommand({ QueueUrl: QUEUE_URL, Entries: [{ Id: '0', MessageBody: 'a' }] }),
    )

    await expect(sent).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(requests).toBe(2)
  })

  it('try a receive once, since the consumer waits between receives itself', async () => {
    let requests = 0
    const { poll } = await clientsOf((_request, response) => {
      requests += 1
      response.statusCode = 500
      response.end()
    })

    await expect(poll.send(new ReceiveMessageCommand({ QueueUrl: QUEUE_URL }))).rejects.toThrow()

    expect(requests).toBe(1)
  })

  it('send while every poll is open', async () => {
    const open: (() => void)[] = []
    const { poll, work } = await clientsOf((request, response) => {
      response.setHeader('content-type', 'application/x-amz-json-1.0')
      if (String(request.headers['x-amz-target']).endsWith('ReceiveMessage'))
        open.push(() => response.end('{}'))
      else response.end('{}')
    })
    const polls = [1, 2].map(() => poll.send(new ReceiveMessageCommand({ QueueUrl: QUEUE_URL })))

    const answer = await work.send(
      new SendMessageBatchCommand({ QueueUrl: QUEUE_URL, Entries: [{ Id: '0', MessageBody: 'a' }] }),
    )

    expect(answer.$metadata.httpStatusCode).toBe(200)
    while (open.length < 2) await new Promise((resolve) => setImmediate(resolve))
    for (const end of open) end()
    await Promise.all(polls)
  })
})
