import { createQueueConsumer } from '../../src/sqs/create-queue-consumer.js'
import type { ConsumerObserver } from '../../src/sqs/consumer-observer.js'
import { DONE } from '../../src/sqs/outcome.js'
import type { QueueConsumer, QueueConsumerOptions } from '../../src/sqs/queue-consumer.js'
import type { StubQueue } from './stub-queue.js'

/** Everything that a consumer said, by call. */
export class RecordingObserver implements ConsumerObserver {
  readonly receivedCounts: number[] = []
  readonly handledCounts: number[] = []
  readonly settlements: { outcome: string; id: string; receiveCount: number; reason: string | undefined }[] =
    []
  readonly pauses: string[] = []
  readonly errors: { operation: string; error: unknown }[] = []
  resumes = 0

  received(messages: readonly unknown[]): void {
    this.receivedCounts.push(messages.length)
  }
  handled(count: number): void {
    this.handledCounts.push(count)
  }
  settled(outcome: string, id: string, receiveCount: number, reason?: string): void {
    this.settlements.push({ outcome, id, receiveCount, reason })
  }
  paused(reason: string): void {
    this.pauses.push(reason)
  }
  resumed(): void {
    this.resumes += 1
  }
  queueError(operation: string, error: unknown): void {
    this.errors.push({ operation, error })
  }
  queueCall(): void {
    // Calls are counted at the queue.
  }
}

/** A consumer of a stub queue, with settings that a test can change; drained by `await using`. */
export interface TestConsumer extends AsyncDisposable {
  readonly consumer: QueueConsumer
  readonly observer: RecordingObserver
}

export function startConsumer(queue: StubQueue, options: Partial<QueueConsumerOptions> = {}): TestConsumer {
  const observer = new RecordingObserver()
  const consumer = createQueueConsumer({
    name: 'test',
    queueUrl: 'http://127.0.0.1/000000000000/test',
    pollClient: queue.client,
    workClient: queue.client,
    handle: (messages) => Promise.resolve(messages.map(() => DONE)),
    park: () => Promise.resolve(),
    dependency: { isAway: () => false, probe: () => Promise.resolve(true) },
    observer,
    batchSize: 10,
    concurrency: 2,
    maxInHand: 50,
    maxPollers: 1,
    waitTimeSeconds: 1,
    visibilityTimeoutSeconds: 60,
    heartbeatSeconds: 20,
    maxHandlingSeconds: 300,
    backoffSeconds: { first: 2, max: 16 },
    parkingBurst: { count: 1_000, windowMs: 1_000, pauseMs: 1_000 },
    ...options,
  })
  consumer.start()
  return {
    consumer,
    observer,
    async [Symbol.asyncDispose]() {
      await consumer.drain(2_000)
    },
  }
}
