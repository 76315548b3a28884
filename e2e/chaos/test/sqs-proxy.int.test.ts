import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createTestQueues, emulatorClient } from '@comanda/e2e/embedded'
import type { Queues } from '@comanda/e2e/embedded'
import { createRandom } from '../src/load/random.js'
import { startSqsProxy } from '../src/proxies/sqs-proxy.js'
import type { SqsProxy } from '../src/proxies/sqs-proxy.js'

const TEN = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: `body ${index}` }))

describe('the SQS proxy', () => {
  let queues: Queues
  let proxy: SqsProxy
  let client: SQSClient
  let published: string[]
  let fired: string[]

  beforeEach(async () => {
    queues = await createTestQueues({ visibilityTimeoutSeconds: 30 })
    published = []
    fired = []
    proxy = await startSqsProxy({
      upstream: () => queues.endpoint,
      eventsQueue: queues.events,
      random: createRandom('proxy'),
      fired: (fault) => fired.push(fault),
      published: (body) => published.push(body),
    })
    client = emulatorClient(proxy.endpoint)
  })
  afterEach(async () => {
    client.destroy()
    await proxy.stop()
  })

  const sendTen = () => client.send(new SendMessageBatchCommand({ QueueUrl: queues.events, Entries: TEN }))
  async function receiveAll() {
    const bodies: string[] = []
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: queues.events, MaxNumberOfMessages: 10 }),
      )
      if (Messages.length === 0) return bodies
      bodies.push(...Messages.map(({ Body = '' }) => Body))
    }
  }

  it('changes nothing while no fault is set, and tells what was published', async () => {
    const { Successful } = await sendTen()

    expect(Successful).toHaveLength(10)
    expect(await receiveAll()).toEqual(TEN.map(({ MessageBody }) => MessageBody))
    expect(published).toHaveLength(10)
    expect(fired).toEqual([])
  })

  it('stores messages twice that were sent once', async () => {
    proxy.setFaults({ duplicate: 1 })
    const { Successful } = await sendTen()

    expect(Successful).toHaveLength(10)
    expect((await receiveAll()).toSorted()).toEqual(
      [...TEN, ...TEN].map(({ MessageBody }) => MessageBody).toSorted(),
    )
  })

  it('fails half of a batch of events with HTTP 200, and stores only the other half', async () => {
    let failed = false
    proxy.failNextEvents(() => (failed = true))
    const { Successful, Failed } = await sendTen()

    expect(failed).toBe(true)
    expect(Successful!.map(({ Id }) => Id)).toEqual(['0', '1', '2', '3', '4'])
    expect(Failed!.map(({ Id, SenderFault }) => [Id, SenderFault])).toEqual(
      ['5', '6', '7', '8', '9'].map((id) => [id, false]),
    )
    expect(await receiveAll()).toHaveLength(5)
  })

  it('confirms deletes that do not stick', async () => {
    await sendTen()
    proxy.setFaults({ redelivery: 1 })
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queues.events, MaxNumberOfMessages: 10 }),
    )
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    const { Successful } = await client.send(
      new DeleteMessageBatchCommand({ QueueUrl: queues.events, Entries }),
    )
    proxy.setFaults({})
    const { Messages: again = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queues.events, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
    )

    expect(Successful).toHaveLength(Messages.length)
    expect(again.length).toBeGreaterThan(0)
  })

  it('throttles', async () => {
    proxy.setFaults({ throttling: 1 })

    await expect(sendTen()).rejects.toMatchObject({ name: 'ThrottlingException' })
  })
})
