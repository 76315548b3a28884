import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import { createActionCall } from './signed/action-call.js'
import type { ActionCall } from './signed/action-call.js'
import { bodyMatches } from './signed/message-digests.js'
import { retryAsClient } from './signed/retry-calls.js'

/** An SQS client, as far as a consumer needs one. */
export type ConsumingClient = Pick<SQSClient, 'send'>

export interface SignedSqsClientOptions {
  /** Lends its credentials, region, endpoint, sockets, time-outs and retries, and makes all other calls. */
  readonly client: Pick<SQSClient, 'config' | 'send'>
  /** The only queue that is called. */
  readonly queueUrl: string
}

/** A body was altered on its way. Named like the SDK's error for it. */
export class InvalidChecksumError extends Error {
  override readonly name = 'InvalidChecksum'
}

/** The calls that a consumer makes all the time. */
const ACTIONS = [
  [ReceiveMessageCommand, 'ReceiveMessage'],
  [DeleteMessageBatchCommand, 'DeleteMessageBatch'],
  [ChangeMessageVisibilityBatchCommand, 'ChangeMessageVisibilityBatch'],
] as const

interface Answer {
  readonly Messages?: readonly Message[] | null
}

/**
 * An SQS client whose receives, batches of deletes and of visibility changes are written and signed here, for a
 * fraction of the CPU that the SDK takes (decision 9); other commands go to `client`. Answers and errors are those of
 * the SDK, but for binary attributes, which stay in base64.
 */
export function createSignedSqsClient({ client, queueUrl }: SignedSqsClientOptions): ConsumingClient {
  const calls = new Map<unknown, ActionCall<Answer>>(
    ACTIONS.map(([command, action]) => [command, createActionCall<Answer>(client, queueUrl, action)]),
  )

  async function send(
    command: { readonly constructor: unknown; readonly input: object },
    settings?: { readonly abortSignal?: AbortSignal },
  ): Promise<object> {
    const call = calls.get(command.constructor)
    if (call === undefined) return client.send(command as unknown as ReceiveMessageCommand, settings)
    const body = Buffer.from(JSON.stringify({ ...command.input, QueueUrl: queueUrl }))
    const answer = await retryAsClient(client, () => call(body, settings))
    for (const message of answer.Messages ?? [])
      if (!bodyMatches(message))
        throw new InvalidChecksumError('a received body is not what the queue stored')
    return answer
  }

  return { send: send as unknown as SQSClient['send'] }
}
