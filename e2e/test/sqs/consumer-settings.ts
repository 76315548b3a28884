import type { QueueConsumerOptions, SqsClients } from '@comanda/shared/sqs'
import { DONE, createSqsClients } from '@comanda/shared/sqs'
import { EMULATOR_ENVIRONMENT } from '../../src/embedded/index.js'

/** Clients of the emulator at `endpoint`. */
export function clientsFor(endpoint: string): SqsClients {
  return createSqsClients({
    region: EMULATOR_ENVIRONMENT.AWS_REGION,
    endpoint,
    pollSockets: 4,
    maxAttempts: 2,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
}

/** Settings of a consumer that acknowledges everything, for tests to change. */
export function consumerSettings(clients: SqsClients, queueUrl: string): QueueConsumerOptions {
  const nothing = (): void => undefined
  return {
    name: 'test',
    queueUrl,
    pollClient: clients.poll,
    workClient: clients.work,
    handle: (messages) => Promise.resolve(messages.map(() => DONE)),
    park: () => Promise.resolve(),
    dependency: { isAway: () => false, probe: () => Promise.resolve(true) },
    observer: {
      received: nothing,
      handled: nothing,
      settled: nothing,
      paused: nothing,
      resumed: nothing,
      queueError: nothing,
      queueCall: nothing,
    },
    batchSize: 20,
    concurrency: 3,
    maxInHand: 100,
    maxPollers: 3,
    waitTimeSeconds: 1,
    visibilityTimeoutSeconds: 30,
    heartbeatSeconds: 10,
    maxHandlingSeconds: 60,
    backoffSeconds: { first: 1, max: 1 },
    parkingBurst: { count: 1_000, windowMs: 1_000, pauseMs: 1_000 },
  }
}

/** Resolves once the condition holds; fails when it does not before the deadline. */
export async function until(condition: () => boolean, what: string, deadlineMs = 20_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`it did not happen in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
