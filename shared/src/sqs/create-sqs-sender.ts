import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { entryOf, resultsOf } from './batch-entries.js'
import { CALL_LIMIT_MS, withinCallLimit } from './call-limit.js'
import { isFifo } from './fifo.js'
import type { QueueSender } from './queue-sender.js'

export interface SqsSenderOptions {
  /** For sends; its attempts and time-outs bound a call (`createSqsClients().work`). */
  readonly client: Pick<SQSClient, 'send'>
  readonly queueUrl: string
  /** Told of every call, before it is made. */
  readonly onCall?: (entries: number) => void
  /** After this time a call, retries included, counts as failed whatever the client waits for. Default 10 s. */
  readonly callLimitMs?: number
}

/** Sends through the AWS SDK: one `sendBatch` is one SendMessageBatch (with the client's own retries). */
export function createSqsSender(options: SqsSenderOptions): QueueSender {
  const { client, queueUrl, onCall, callLimitMs = CALL_LIMIT_MS } = options
  const fifo = isFifo(queueUrl)
  return {
    async sendBatch(messages) {
      if (messages.length === 0) return []
      onCall?.(messages.length)
      const entries = messages.map((message, index) => entryOf(message, index, fifo))
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries })
      const answer = await withinCallLimit(client.send(command), callLimitMs)
      return resultsOf(messages.length, answer)
    },
  }
}
