import type {
  Message,
  ReceiveMessageCommand,
  ReceiveMessageCommandOutput,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { Consumer } from 'sqs-consumer'
import type { ConsumerObserver } from '../consumer-observer.js'
import type { ConsumingClient } from '../create-signed-sqs-client.js'
import { RECEIVE_ENTRIES } from './poll-gate.js'
import type { PollGate } from './poll-gate.js'

export interface PollersOptions {
  readonly client: ConsumingClient
  readonly queueUrl: string
  readonly maxPollers: number
  readonly waitTimeSeconds: number
  readonly visibilityTimeoutSeconds: number
  readonly gate: PollGate
  readonly observer: ConsumerObserver
  /** Takes messages over at once; the next receive does not wait for them. */
  readonly onMessages: (messages: readonly Message[]) => void
  /** A receive was answered. */
  readonly onAnswer: () => void
  /** A receive failed. Called before its poller may ask for the next. */
  readonly onFailure: () => void
}

/** The receiving loops: sqs-consumer instances that share one client and one gate. */
export interface Pollers {
  start(): void
  /**
   * Stops receiving. Open long polls are waited for, never aborted: the queue may already have given an aborted poll a
   * message, which nobody would see until its visibility runs out. Resolves when their messages are handed over.
   */
  stop(): Promise<void>
}

export function createPollers(options: PollersOptions): Pollers {
  const consumers = Array.from({ length: options.maxPollers }, (_, poller) => createPoller(poller, options))
  return {
    start() {
      for (const consumer of consumers) consumer.start()
    },
    stop() {
      const ended = options.gate.close()
      for (const consumer of consumers) consumer.stop()
      return ended
    },
  }
}

function createPoller(poller: number, options: PollersOptions): Consumer {
  const { client, gate, observer, onMessages, onAnswer, onFailure } = options
  let receiving = false

  function ended(received: number | 'failed'): void {
    if (!receiving) return
    receiving = false
    gate.leave(received)
  }

  // sqs-consumer sends nothing but receives here, since it neither deletes nor changes visibilities.
  async function send(
    command: ReceiveMessageCommand,
    settings: { readonly abortSignal?: AbortSignal },
  ): Promise<Partial<ReceiveMessageCommandOutput>> {
    receiving = await gate.enter(poller)
    if (!receiving) return {}
    const startedAt = performance.now()
    let failed = true
    try {
      const answer = await client.send(command, settings)
      failed = false
      return answer
    } finally {
      observer.queueCall('receive', performance.now() - startedAt, failed)
    }
  }

  const consumer = Consumer.create({
    queueUrl: options.queueUrl,
    sqs: { send } as unknown as SQSClient,
    batchSize: RECEIVE_ENTRIES,
    waitTimeSeconds: options.waitTimeSeconds,
    visibilityTimeout: options.visibilityTimeoutSeconds,
    // SQS returns attributes only to those who ask, unlike the emulator.
    messageAttributeNames: ['All'],
    messageSystemAttributeNames: [
      'ApproximateReceiveCount',
      'ApproximateFirstReceiveTimestamp',
      'SentTimestamp',
      'MessageGroupId',
    ],
    shouldDeleteMessages: false,
    // The gate has a backoff for all errors; the library would pause for a list of them only.
    authenticationErrorTimeout: 0,
    suppressFifoWarning: true,
    handleMessageBatch: (messages) => {
      onAnswer()
      onMessages(messages)
      ended(messages.length)
      return Promise.resolve([])
    },
  })
  consumer.on('empty', () => {
    if (receiving) onAnswer()
    ended(0)
  })
  // Without a listener an error would end the process.
  consumer.on('error', (error) => {
    observer.queueError('receive', error.cause ?? error)
    onFailure()
    ended('failed')
  })
  return consumer
}
