import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import type {
  MessageAttributeValue,
  SQSClient,
  SendMessageBatchCommandOutput,
  SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs'
import { isFifo } from './fifo.js'
import type { EntryResult, OutgoingMessage, QueueSender } from './queue-sender.js'
import { queueToken } from './queue-token.js'

export interface SqsSenderOptions {
  /** For sends; its attempts and time-outs bound a call (`createSqsClients().work`). */
  readonly client: Pick<SQSClient, 'send'>
  readonly queueUrl: string
  /** Told of every call, before it is made. */
  readonly onCall?: (entries: number) => void
}

/** Sends through the AWS SDK: one `sendBatch` is one SendMessageBatch (with the client's own retries). */
export function createSqsSender({ client, queueUrl, onCall }: SqsSenderOptions): QueueSender {
  const fifo = isFifo(queueUrl)
  return {
    async sendBatch(messages) {
      if (messages.length === 0) return []
      onCall?.(messages.length)
      const entries = messages.map((message, index) => entryOf(message, index, fifo))
      const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }))
      return resultsOf(messages.length, answer)
    },
  }
}

function entryOf(message: OutgoingMessage, index: number, fifo: boolean): SendMessageBatchRequestEntry {
  return {
    Id: String(index),
    MessageBody: message.body,
    MessageGroupId: queueToken(message.groupId),
    ...(fifo ? { MessageDeduplicationId: queueToken(message.deduplicationId) } : {}),
    ...(message.attributes === undefined ? {} : { MessageAttributes: attributesOf(message.attributes) }),
  }
}

/** SQS refuses empty values, so they are left out. */
function attributesOf(attributes: Readonly<Record<string, string>>): Record<string, MessageAttributeValue> {
  const values: Record<string, MessageAttributeValue> = {}
  for (const name in attributes) {
    const value = attributes[name]
    if (value) values[name] = { DataType: 'String', StringValue: value }
  }
  return values
}

/** An entry that the answer does not name may or may not be in the queue: it counts as failed and may be sent again. */
const NOT_NAMED: EntryResult = { kind: 'failed', code: 'not_in_the_answer', retryable: true }
const SENT: EntryResult = { kind: 'sent' }

function resultsOf(count: number, answer: SendMessageBatchCommandOutput): EntryResult[] {
  const results = Array.from({ length: count }, () => NOT_NAMED)
  for (const { Id } of answer.Successful ?? []) {
    const index = Number(Id)
    if (index in results) results[index] = SENT
  }
  for (const { Id, Code, SenderFault } of answer.Failed ?? []) {
    const index = Number(Id)
    if (index in results)
      results[index] = { kind: 'failed', code: Code ?? 'unknown', retryable: SenderFault !== true }
  }
  return results
}
