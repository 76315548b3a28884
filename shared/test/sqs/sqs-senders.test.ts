import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createSignedSqsSender } from '../../src/sqs/create-signed-sqs-sender.js'
import { createSqsSender } from '../../src/sqs/create-sqs-sender.js'
import { createEntrySender } from '../../src/sqs/entry-sender.js'
import type { OutgoingMessage } from '../../src/sqs/queue-sender.js'
import { createSqsClients } from '../../src/sqs/sqs-clients.js'
import type { SqsClients, SqsClientsOptions } from '../../src/sqs/sqs-clients.js'
import { json, md5, startStubSqsServer } from './stub-sqs-server.js'
import type { StubSqsServer } from './stub-sqs-server.js'

const QUEUE = 'http://127.0.0.1/000000000000/orders'
const HOUR_MS = 3_600_000

let server: StubSqsServer
let clients: SqsClients
function connect(options: Partial<SqsClientsOptions> = {}): void {
  clients = createSqsClients({
    region: 'eu-central-1',
    endpoint: server.url,
    pollSockets: 0,
    maxAttempts: 2,
    requestTimeoutMs: 2_000,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    ...options,
  })
}
beforeEach(async () => {
  server = await startStubSqsServer()
  connect()
})
afterEach(async () => {
  clients.destroy()
  await server.stop()
})

function message(body = '{}'): OutgoingMessage {
  return { body, groupId: 'group', deduplicationId: 'once' }
}

const senders = [
  { name: 'the sender of the SDK', create: createSqsSender },
  { name: 'the signed sender', create: createSignedSqsSender },
]

describe.each(senders)('$name', ({ create }) => {
  const send = (...messages: OutgoingMessage[]) =>
    create({ client: clients.work, queueUrl: QUEUE }).sendBatch(messages)

  it('sends a batch in one call by the JSON protocol, signed for the region of the queue', async () => {
    connect({
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
    })

    const results = await send(message('{"a":1}'), message('{"b":2}'))

    expect(results).toEqual([{ kind: 'sent' }, { kind: 'sent' }])
    expect(server.calls).toHaveLength(1)
    expect(server.calls[0]).toMatchObject({
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessageBatch',
        'x-amz-security-token': 'session',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/sqs\/aws4_request, /,
        ) as unknown,
      },
      input: {
        QueueUrl: QUEUE,
        Entries: [
          { Id: '0', MessageBody: '{"a":1}', MessageGroupId: 'group' },
          { Id: '1', MessageBody: '{"b":2}', MessageGroupId: 'group' },
        ],
      },
    })
  })

  it('makes no call for nothing, and tells of each batch once, however often it is tried', async () => {
    const told: number[] = []
    const sender = create({ client: clients.work, queueUrl: QUEUE, onCall: (entries) => told.push(entries) })
    server.answers.push((_, response) => void response.destroy())

    await sender.sendBatch([])
    await sender.sendBatch([message(), message()])

    expect(told).toEqual([2])
    expect(server.calls).toHaveLength(2)
  })

  it('gives each message its own result', async () => {
    server.answers.push((_, response) =>
      json(response, 200, {
        Successful: [{ Id: '2', MessageId: 'm', MD5OfMessageBody: md5('{}') }],
        Failed: [
          { Id: '0', Code: 'InternalError', SenderFault: false },
          { Id: '1', Code: 'InvalidMessageContents', SenderFault: true },
        ],
      }),
    )

    expect(await send(message(), message(), message(), message())).toEqual([
      { kind: 'failed', code: 'InternalError', retryable: true },
      { kind: 'failed', code: 'InvalidMessageContents', retryable: false },
      { kind: 'sent' },
      { kind: 'failed', code: 'not_in_the_answer', retryable: true },
    ])
  })

  it.each([{}, { Successful: [], Failed: [] }, { Successful: [{ Id: '7' }], Failed: null }])(
    'takes nothing for sent that %j does not name',
    async (answer) => {
      server.answers.push((_, response) => json(response, 200, answer))

      expect(await send(message())).toEqual([{ kind: 'failed', code: 'not_in_the_answer', retryable: true }])
    },
  )

  it('takes no message for sent that the queue stored altered', async () => {
    const altered = { Id: '0', MessageId: 'm', MD5OfMessageBody: md5('{"other":1}') }
    server.answers.push((_, response) => json(response, 200, { Successful: [altered] }))
    const sender = createEntrySender(create({ client: clients.work, queueUrl: QUEUE }), { attempts: 1 })

    const [outcome] = await sender.sendAll([message()])

    expect(['failed', 'unknown']).toContain(outcome?.kind)
  })

  it.each(['', 'null', '"fine"', '[]', '{"Successful":[{"Id":"0"', '<html>', '{"Successful":7}'])(
    'rejects, or names nothing sent, when the answer is %j',
    async (body) => {
      server.answers.push((_, response) => void response.end(body))
      const sender = createEntrySender(create({ client: clients.work, queueUrl: QUEUE }), { attempts: 1 })

      const [outcome] = await sender.sendAll([message()])

      expect(['failed', 'unknown']).toContain(outcome?.kind)
    },
  )

  it.each([500, 502, 503, 504])('tries once more after a %i', async (status) => {
    server.answers.push((_, response) => json(response, status, { __type: 'InternalFailure' }))

    expect(await send(message())).toEqual([{ kind: 'sent' }])
    expect(server.calls).toHaveLength(2)
  })

  it.each([
    [400, 'com.amazon.coral.service#ThrottlingException'],
    [429, 'TooMany'],
  ])('tries once more after a %i %s', async (status, type) => {
    server.answers.push((_, response) => json(response, status, { __type: type }))

    expect(await send(message())).toEqual([{ kind: 'sent' }])
  })

  it('tries once more after a reset', async () => {
    server.answers.push((_, response) => void response.socket?.resetAndDestroy())

    expect(await send(message())).toEqual([{ kind: 'sent' }])
  })

  it('tries once more after an answer that does not come in time', async () => {
    connect({ requestTimeoutMs: 100 })
    server.answers.push(() => undefined)

    expect(await send(message())).toEqual([{ kind: 'sent' }])
  })

  it('rejects once its attempts are used up', async () => {
    const refuse: StubSqsServer['answers'][number] = (_, response) =>
      json(response, 503, { __type: 'com.amazonaws.sqs#ServiceUnavailable' })
    server.answers.push(refuse, refuse, refuse)

    await expect(send(message())).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      $metadata: { httpStatusCode: 503 },
    })
    expect(server.calls).toHaveLength(2)
  })

  it.each([
    [400, 'com.amazonaws.sqs#QueueDoesNotExist'],
    [400, 'com.amazonaws.sqs#BatchRequestTooLong'],
    [403, 'com.amazon.coral.service#AccessDeniedException'],
    [403, 'com.amazon.coral.service#ExpiredTokenException'],
  ])('rejects at once with the code of a %i %s', async (status, type) => {
    server.answers.push((_, response) => json(response, status, { __type: type, message: 'no' }))

    await expect(send(message())).rejects.toMatchObject({ name: type.replace(/.*#/, ''), message: 'no' })
    expect(server.calls).toHaveLength(1)
  })

  it('signs by the clock of the queue once its own proves wrong', async () => {
    const queueTime = Date.now() - HOUR_MS
    server.answers.push((_, response) =>
      json(
        response,
        403,
        { __type: 'InvalidSignatureException', message: 'Signature not yet current' },
        { date: new Date(queueTime).toUTCString() },
      ),
    )

    await send(message())

    const dates = server.calls.map(({ headers }) => String(headers['x-amz-date']))
    const hours = dates.map((date) => date.slice(0, 11))
    const hourOf = (time: number) => new Date(time).toISOString().slice(0, 13).replaceAll('-', '')
    expect(hours).toHaveLength(2)
    expect([hourOf(queueTime), hourOf(queueTime + 60_000)]).toContain(hours[1])
  })

  it('asks the provider for credentials, and signs with the new ones when they change', async () => {
    let key = 0
    connect({
      credentials: () => {
        key += 1
        return Promise.resolve({ accessKeyId: `AKID${key}`, secretAccessKey: 's', expiration: new Date() })
      },
    })

    await send(message())
    await send(message())

    const keys = server.calls.map(
      ({ headers }) => /Credential=(\w+)/.exec(String(headers.authorization))?.[1],
    )
    expect(new Set(keys).size).toBe(2)
  })
})

describe.each(senders)('$name, whatever the client waits for,', ({ create }) => {
  const send = () =>
    create({ client: clients.work, queueUrl: QUEUE, callLimitMs: 100 }).sendBatch([message()])

  it('gives up an answer that begins and does not end', async () => {
    server.answers.push((_, response) => void response.writeHead(200).write('{"Successful":['))

    await expect(send()).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('gives up credentials that do not come', async () => {
    connect({ credentials: () => new Promise(() => undefined) })

    await expect(send()).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

describe('the signed sender alone', () => {
  it('fails only the message that the queue stored altered', async () => {
    const answered = (Id: string, body: string) => ({ Id, MessageId: 'm', MD5OfMessageBody: md5(body) })
    server.answers.push((_, response) =>
      json(response, 200, { Successful: [answered('0', '{}'), answered('1', '{"other":1}')] }),
    )

    const sender = createSignedSqsSender({ client: clients.work, queueUrl: QUEUE })

    expect(await sender.sendBatch([message(), message()])).toEqual([
      { kind: 'sent' },
      { kind: 'failed', code: 'digest_mismatch', retryable: true },
    ])
  })

  it('fails a message whose attributes were stored altered', async () => {
    server.answers.push((_, response) =>
      json(response, 200, {
        Successful: [{ Id: '0', MD5OfMessageBody: md5('{}'), MD5OfMessageAttributes: md5('other') }],
      }),
    )
    const sender = createSignedSqsSender({ client: clients.work, queueUrl: QUEUE })

    expect(await sender.sendBatch([{ ...message(), attributes: { traceparent: '00-1' } }])).toMatchObject([
      { kind: 'failed', code: 'digest_mismatch' },
    ])
  })

  it('gives up an answer that begins and does not end', async () => {
    connect({ requestTimeoutMs: 100, maxAttempts: 1 })
    server.answers.push((_, response) => void response.writeHead(200).write('{"Successful":['))
    const sender = createSignedSqsSender({ client: clients.work, queueUrl: QUEUE })

    await expect(sender.sendBatch([message()])).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
