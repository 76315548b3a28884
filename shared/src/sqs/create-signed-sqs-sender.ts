import type { SQSClient } from '@aws-sdk/client-sqs'
import { entryOf, resultsOf } from './batch-entries.js'
import type { BatchAnswer } from './batch-entries.js'
import { CALL_LIMIT_MS, withinCallLimit } from './call-limit.js'
import { isFifo } from './fifo.js'
import type { EntryResult, QueueSender } from './queue-sender.js'
import { createActionCall } from './signed/action-call.js'
import { digestsMatch } from './signed/message-digests.js'
import { retryAsClient } from './signed/retry-calls.js'

export interface SignedSqsSenderOptions {
  /** Lends its credentials, region, endpoint, sockets, time-outs and retries; none of its commands are used. */
  readonly client: Pick<SQSClient, 'config'>
  readonly queueUrl: string
  /** Told of every call, before it is made. */
  readonly onCall?: (entries: number) => void
  /** After this time a call, retries included, counts as failed whatever the client waits for. Default 10 s. */
  readonly callLimitMs?: number
}

/** What the queue stored is not what was sent. */
const ALTERED: EntryResult = { kind: 'failed', code: 'digest_mismatch', retryable: true }
const SENT: EntryResult = { kind: 'sent' }

/**
 * Sends with requests that are written and signed here, for a fraction of the CPU that a call of the SDK costs. All
 * the rest is the SDK client's own, so it behaves like `createSqsSender`, the reference, with one difference: a
 * message that was altered on its way fails alone, and not the whole call.
 */
export function createSignedSqsSender(options: SignedSqsSenderOptions): QueueSender {
  const { client, queueUrl, onCall, callLimitMs = CALL_LIMIT_MS } = options
  const fifo = isFifo(queueUrl)
  const call = createActionCall<BatchAnswer>(client, queueUrl, 'SendMessageBatch')
  return {
    async sendBatch(messages) {
      if (messages.length === 0) return []
      onCall?.(messages.length)
      const entries = messages.map((message, index) => entryOf(message, index, fifo))
      const body = Buffer.from(JSON.stringify({ QueueUrl: queueUrl, Entries: entries }))
      const calling = retryAsClient(client, () => call(body))
      const answer = await withinCallLimit(calling, callLimitMs)
      return resultsOf(entries.length, answer, (index, answered) =>
        digestsMatch(entries[index]!, answered) ? SENT : ALTERED,
      )
    },
  }
}
