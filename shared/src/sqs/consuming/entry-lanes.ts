import { ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand } from '@aws-sdk/client-sqs'
import type { BatchResultErrorEntry, SQSClient } from '@aws-sdk/client-sqs'
import type { ConsumerObserver } from '../consumer-observer.js'
import { createLanes } from '../create-lanes.js'
import type { Lanes, LanesOptions } from '../lanes.js'

/** Limit of DeleteMessageBatch and ChangeMessageVisibilityBatch (AWS SQS quotas). */
const BATCH_ENTRIES = 10

/** Calls of one kind at once. With a round trip of 8 ms eight lanes settle 10,000 messages a second. */
const LANES = 8

/** One entry of a batch that the queue did not carry out, though the call as a whole was answered. */
export class QueueEntryError extends Error {
  override readonly name = 'QueueEntryError'
  readonly code: string

  constructor(code: string, message = `the queue failed an entry: ${code}`) {
    super(message)
    this.code = code
  }
}

export interface EntryLanesOptions {
  readonly client: Pick<SQSClient, 'send'>
  readonly queueUrl: string
  readonly observer: ConsumerObserver
  /** Most entries waiting for a call. */
  readonly maxWaiting: number
}

export interface VisibilityChange {
  readonly receiptHandle: string
  readonly seconds: number
}

/** Deletes by receipt handle, in as few calls as there can be without a timer: what gathers during a call leaves after it. */
export function createDeleteLanes(options: EntryLanesOptions): Lanes<string, void> {
  const { client, queueUrl } = options
  return entryLanes<string>('delete', options, (receiptHandles) => {
    const Entries = receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }))
    return client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
  })
}

/** Changes visibilities in the same way. */
export function createVisibilityLanes(
  operation: 'extend' | 'give_back',
  options: EntryLanesOptions,
): Lanes<VisibilityChange, void> {
  const { client, queueUrl } = options
  return entryLanes<VisibilityChange>(operation, options, (changes) => {
    const Entries = changes.map(({ receiptHandle, seconds }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }))
    return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))
  })
}

interface BatchAnswer {
  readonly Successful?: readonly { readonly Id: string | undefined }[] | undefined
  readonly Failed?: readonly BatchResultErrorEntry[] | undefined
}

function entryLanes<Item>(
  operation: 'delete' | 'extend' | 'give_back',
  { observer, maxWaiting }: EntryLanesOptions,
  call: (items: readonly Item[]) => Promise<BatchAnswer>,
): Lanes<Item, void> {
  const options: LanesOptions<Item, void> = {
    maxEntries: BATCH_ENTRIES,
    maxBytes: Infinity,
    sizeOf: () => 0,
    maxWaiting,
    lanes: { min: LANES, max: LANES },
    partialLanes: 1,
    async depart(passengers) {
      const startedAt = performance.now()
      let answer: BatchAnswer
      try {
        answer = await call(passengers.map(({ item }) => item))
        observer.queueCall(operation, performance.now() - startedAt, false)
      } catch (error) {
        observer.queueCall(operation, performance.now() - startedAt, true)
        const failure = error instanceof Error ? error : new Error(String(error))
        for (const passenger of passengers) passenger.fail(failure)
        return
      }
      const unanswered = new Set(passengers)
      for (const { Id } of answer.Successful ?? []) {
        const passenger = passengers[Number(Id)]
        if (passenger !== undefined && unanswered.delete(passenger)) passenger.settle()
      }
      for (const { Id, Code, Message } of answer.Failed ?? []) {
        const passenger = passengers[Number(Id)]
        if (passenger !== undefined && unanswered.delete(passenger))
          passenger.fail(new QueueEntryError(Code ?? 'unknown', Message))
      }
      for (const passenger of unanswered) passenger.fail(new QueueEntryError('not_in_the_answer'))
    },
  }
  return createLanes(options)
}

/**
 * Whether a visibility change failed because the message is no longer ours: deleted, or received anew after its
 * visibility ran out. Then there is nothing left to change.
 */
export function isGone(error: unknown): boolean {
  const code = error instanceof QueueEntryError ? error.code : error instanceof Error ? error.name : ''
  return GONE.test(code)
}

/** SQS answers `InvalidParameterValue` for a message that "does not exist or is not available for visibility timeout change". */
const GONE = /(MessageNotInflight|ReceiptHandleIsInvalid|InvalidParameterValue)$/
