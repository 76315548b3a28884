import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import type { Message, SQSClient, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { isFifo } from './fifo.js'
import { SEND_BATCH_BYTES } from './queue-sender.js'

export interface RedriveOptions {
  readonly client: Pick<SQSClient, 'send'>
  /** URL of the dead-letter queue. */
  readonly from: string
  /** URL of the queue that its messages came from. */
  readonly to: string
  /** Most messages to send back. */
  readonly max: number
  /** Ends the move between two batches. */
  readonly signal?: AbortSignal
}

export interface Redriven {
  /** Messages that the queue has again. */
  readonly moved: number
  /** Messages that could not be sent. They stay in the dead-letter queue and show up again after its visibility time-out. */
  readonly failed: number
}

/** An empty answer may come from an idle part of the queue, so one alone does not say that all is done. */
const EMPTY_ANSWERS = 2
/** The queue is away or refuses everything: whoever repairs it runs the command again. */
const FAILED_CALLS = 3
const BATCH = 10

/**
 * Sends the messages of a dead-letter queue back, each as it was (body, attributes, group), by receive, send and delete:
 * AWS' own move task is missing in emulators and cannot be limited. A message is deleted only after the queue has
 * confirmed it, so a break in between leaves it in both queues, which idempotent handlers do not mind. Never loses one;
 * rejects only when the dead-letter queue cannot be read.
 */
export async function redrive({ client, from, to, max, signal }: RedriveOptions): Promise<Redriven> {
  const fifo = isFifo(to)
  let moved = 0
  let failed = 0
  let emptyAnswers = 0
  let failedCalls = 0
  while (moved + failed < max && emptyAnswers < EMPTY_ANSWERS && failedCalls < FAILED_CALLS) {
    if (signal?.aborted) break
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: from,
        MaxNumberOfMessages: Math.min(BATCH, max - moved - failed),
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    )
    emptyAnswers = messages.length === 0 ? emptyAnswers + 1 : 0
    if (messages.length === 0) continue
    for (const batch of batchesOf(messages)) {
      const sent = await send(client, to, batch, fifo)
      failedCalls = sent.length === 0 ? failedCalls + 1 : 0
      moved += sent.length
      failed += batch.length - sent.length
      await remove(client, from, sent)
    }
  }
  return { moved, failed }
}

/** What was sent in ten calls may be too large for one. */
function batchesOf(messages: readonly Message[]): Message[][] {
  const batches: Message[][] = []
  let bytes = Infinity
  for (const message of messages) {
    const size = sizeOf(message)
    bytes += size
    if (bytes > SEND_BATCH_BYTES) {
      batches.push([])
      bytes = size
    }
    batches.at(-1)!.push(message)
  }
  return batches
}

function sizeOf({ Body, MessageAttributes }: Message): number {
  let bytes = Buffer.byteLength(Body ?? '')
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(MessageAttributes ?? {}))
    bytes += Buffer.byteLength(name + (DataType ?? '') + (StringValue ?? '')) + (BinaryValue?.byteLength ?? 0)
  return bytes
}

/** Sends messages and returns those that the queue confirmed. */
async function send(
  client: RedriveOptions['client'],
  to: string,
  messages: readonly Message[],
  fifo: boolean,
): Promise<readonly Message[]> {
  try {
    const { Successful = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: to,
        Entries: messages.map((message, index) => entryOf(message, index, fifo)),
      }),
    )
    return Successful.flatMap(({ Id }) => messages[Number(Id)] ?? [])
  } catch {
    return []
  }
}

function entryOf(message: Message, index: number, fifo: boolean): SendMessageBatchRequestEntry {
  const group = message.Attributes?.MessageGroupId ?? (fifo ? message.MessageId : undefined)
  return {
    Id: String(index),
    MessageBody: message.Body,
    MessageAttributes: message.MessageAttributes,
    ...(group === undefined ? {} : { MessageGroupId: group }),
    // Of its own: under the id of its first send the queue would drop it for five minutes and call it sent.
    ...(fifo ? { MessageDeduplicationId: `redrive-${message.MessageId}` } : {}),
  }
}

/** What cannot be deleted shows up again and is sent twice. */
async function remove(
  client: RedriveOptions['client'],
  from: string,
  messages: readonly Message[],
): Promise<void> {
  let left = messages
  for (let attempt = 1; attempt <= 2 && left.length > 0; attempt += 1) {
    const entries = left.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    const batch = left
    try {
      const { Failed = [] } = await client.send(
        new DeleteMessageBatchCommand({ QueueUrl: from, Entries: entries }),
      )
      left = Failed.flatMap(({ Id }) => batch[Number(Id)] ?? [])
    } catch {
      // The next attempt says the same or better.
    }
  }
}
