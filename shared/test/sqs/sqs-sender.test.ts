import { describe, expect, it } from '@jest/globals'
import type { SendMessageBatchCommand, SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs'
import { createSqsSender } from '../../src/sqs/create-sqs-sender.js'
import { messageBytes } from '../../src/sqs/message-bytes.js'
import type { OutgoingMessage } from '../../src/sqs/queue-sender.js'
import { queueToken } from '../../src/sqs/queue-token.js'

const STANDARD = 'http://127.0.0.1/000000000000/orders'
const FIFO = `${STANDARD}.fifo`

function message(fields: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { body: '{}', groupId: 'group', deduplicationId: 'once', ...fields }
}

/** A client that answers every batch alike. */
function clientWith(answer: Partial<SendMessageBatchCommandOutput> | Error) {
  const inputs: SendMessageBatchCommand['input'][] = []
  const client = {
    send: (command: SendMessageBatchCommand) => {
      inputs.push(command.input)
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
  }
  return { client: client as never, inputs }
}

describe('the SQS sender', () => {
  it('gives each message its own result, in the order of the messages', async () => {
    const { client } = clientWith({
      Successful: [{ Id: '2', MessageId: 'm', MD5OfMessageBody: 'x' }],
      Failed: [
        { Id: '0', Code: 'InternalError', SenderFault: false },
        { Id: '1', Code: 'InvalidMessageContents', SenderFault: true },
      ],
    })
    const sender = createSqsSender({ client, queueUrl: STANDARD })

    const results = await sender.sendBatch([message(), message(), message()])

    expect(results).toEqual([
      { kind: 'failed', code: 'InternalError', retryable: true },
      { kind: 'failed', code: 'InvalidMessageContents', retryable: false },
      { kind: 'sent' },
    ])
  })

  it('never takes an entry for sent that the answer does not name', async () => {
    const { client } = clientWith({ Successful: [{ Id: '7', MessageId: 'm', MD5OfMessageBody: 'x' }] })
    const sender = createSqsSender({ client, queueUrl: STANDARD })

    const results = await sender.sendBatch([message()])

    expect(results).toEqual([{ kind: 'failed', code: 'not_in_the_answer', retryable: true }])
  })

  it('rejects when the call as a whole fails', async () => {
    const { client } = clientWith(new Error('away'))
    const sender = createSqsSender({ client, queueUrl: STANDARD })

    await expect(sender.sendBatch([message()])).rejects.toThrow('away')
  })

  it('makes one call for a batch, tells of it, and none for nothing', async () => {
    const { client, inputs } = clientWith({})
    const calls: number[] = []
    const sender = createSqsSender({ client, queueUrl: STANDARD, onCall: (entries) => calls.push(entries) })

    await sender.sendBatch([])
    await sender.sendBatch([message(), message()])

    expect(calls).toEqual([2])
    expect(inputs).toHaveLength(1)
  })

  it('names the group on a standard queue, but no deduplication id, which SQS would refuse', async () => {
    const { client, inputs } = clientWith({})

    await createSqsSender({ client, queueUrl: STANDARD }).sendBatch([message()])

    expect(inputs[0]?.Entries).toEqual([{ Id: '0', MessageBody: '{}', MessageGroupId: 'group' }])
  })

  it('names group and deduplication id on a FIFO queue', async () => {
    const { client, inputs } = clientWith({})

    await createSqsSender({ client, queueUrl: FIFO }).sendBatch([message()])

    expect(inputs[0]?.Entries).toMatchObject([{ MessageGroupId: 'group', MessageDeduplicationId: 'once' }])
  })

  it('sends string attributes and leaves out empty ones, which SQS would refuse', async () => {
    const { client, inputs } = clientWith({})
    const sender = createSqsSender({ client, queueUrl: STANDARD })

    await sender.sendBatch([message({ attributes: { traceparent: '00-ab-cd-01', tracestate: '' } })])

    expect(inputs[0]?.Entries?.[0]?.MessageAttributes).toEqual({
      traceparent: { DataType: 'String', StringValue: '00-ab-cd-01' },
    })
  })
})

describe('a queue token', () => {
  it('is the text itself where SQS takes it', () => {
    expect(queueToken('acme/storefront_1')).toBe('acme/storefront_1')
  })

  it.each(['', 'two words', 'mañana', 'x'.repeat(129)])('is a legal, stable stand-in for %j', (text) => {
    expect(queueToken(text)).toMatch(/^[0-9a-f]{64}$/)
    expect(queueToken(text)).toBe(queueToken(text))
    expect(queueToken(text)).not.toBe(queueToken(`${text}.`))
  })
})

describe('the size of a message', () => {
  it('counts body and attributes in bytes as SQS does', () => {
    expect(messageBytes(message({ body: 'añb', attributes: { trace: 'abc', empty: '' } }))).toBe(
      4 + 'trace'.length + 'String'.length + 'abc'.length,
    )
  })
})
