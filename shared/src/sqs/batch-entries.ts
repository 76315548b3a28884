import type { MessageAttributeValue, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import type { EntryResult, OutgoingMessage } from './queue-sender.js'
import { queueToken } from './queue-token.js'

/** An entry of a SendMessageBatch request as the AWS API names its fields. */
export type BatchEntry = SendMessageBatchRequestEntry

/** What SendMessageBatch answers, as far as it is read. */
export interface BatchAnswer {
  readonly Successful?: readonly SuccessfulEntry[] | null | undefined
  readonly Failed?: readonly FailedEntry[] | null | undefined
}

export interface SuccessfulEntry {
  readonly Id?: string | undefined
  readonly MD5OfMessageBody?: string | undefined
  readonly MD5OfMessageAttributes?: string | undefined
}

interface FailedEntry {
  readonly Id?: string | undefined
  readonly Code?: string | undefined
  readonly SenderFault?: boolean | undefined
}

/** Makes the entry of a message; its Id is its place in the batch. */
export function entryOf(message: OutgoingMessage, index: number, fifo: boolean): BatchEntry {
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

/** One result per message. `check` says what becomes of an entry that the queue calls successful. */
export function resultsOf(
  count: number,
  answer: BatchAnswer,
  check: (index: number, entry: SuccessfulEntry) => EntryResult = () => SENT,
): EntryResult[] {
  const results = Array.from({ length: count }, () => NOT_NAMED)
  for (const entry of answer.Successful ?? []) {
    const index = Number(entry.Id)
    if (index in results) results[index] = check(index, entry)
  }
  for (const { Id, Code, SenderFault } of answer.Failed ?? []) {
    const index = Number(Id)
    if (index in results)
      results[index] = { kind: 'failed', code: Code ?? 'unknown', retryable: SenderFault !== true }
  }
  return results
}
