import { Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { readQueueState } from '../sqs/queue-depth.js'
import type { QueueDepth } from '../sqs/queue-depth.js'
import type { QueueCallMetrics } from './queue-call-metrics.js'

export interface QueueDepthOptions {
  readonly client: Pick<SQSClient, 'send'>
  /** URLs by the name that the label `queue` gets; a dead-letter queue is found by its queue and gets `-dead-letter`. */
  readonly queues: Readonly<Record<string, string>>
  readonly intervalMs: number
  readonly calls: QueueCallMetrics
  /** Told of the first failure in a row. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Asks queues and their dead-letter queues for their depths, so that these exist without CloudWatch. Each queue is
 * watched from both of its ends, so that its depth is seen while either service is away. What cannot be asked is not
 * shown. Returns the function that stops it.
 */
export function watchQueueDepths(registry: Registry, options: QueueDepthOptions): () => void {
  const { client, queues, intervalMs, calls, onFailure } = options
  const registers = [registry]
  const messages = new Gauge({
    name: 'queue_messages',
    help: 'Messages in a queue by state (visible, in_flight, delayed), approximate as SQS counts them. Every replica that watches the queue shows it: take the maximum.',
    labelNames: ['queue', 'state'],
    registers,
  })
  const notEmpty = new Gauge({
    name: 'queue_not_empty_seconds',
    help: 'Time since the queue was last seen empty, or since this replica first looked: no message in it is older than the first. 0 when empty.',
    labelNames: ['queue'],
    registers,
  })
  const emptyAt = new Map<string, number>()
  let failing = false

  function show(queue: string, { visible, inFlight, delayed }: QueueDepth): void {
    const now = performance.now()
    messages.set({ queue, state: 'visible' }, visible)
    messages.set({ queue, state: 'in_flight' }, inFlight)
    messages.set({ queue, state: 'delayed' }, delayed)
    const lastEmptyAt = visible + inFlight + delayed === 0 ? now : (emptyAt.get(queue) ?? now)
    emptyAt.set(queue, lastEmptyAt)
    notEmpty.set({ queue }, (now - lastEmptyAt) / 1_000)
  }

  async function look(queue: string, url: string): Promise<string | undefined> {
    const startedAt = performance.now()
    let failed = true
    try {
      const { depth, deadLetterUrl } = await readQueueState(client, url)
      failed = false
      show(queue, depth)
      return deadLetterUrl
    } finally {
      if (failed) {
        for (const state of ['visible', 'in_flight', 'delayed']) messages.remove({ queue, state })
        notEmpty.remove({ queue })
      }
      calls.called(queue, 'depth', performance.now() - startedAt, failed)
    }
  }

  async function lookAtBoth([name, url]: [string, string]): Promise<void> {
    const deadLetterUrl = await look(name, url)
    if (deadLetterUrl !== undefined) await look(`${name}-dead-letter`, deadLetterUrl)
  }

  async function round(): Promise<void> {
    const looks = await Promise.allSettled(Object.entries(queues).map(lookAtBoth))
    const failure = looks.find((one) => one.status === 'rejected')
    if (failure !== undefined && !failing) onFailure(failure.reason)
    failing = failure !== undefined
  }

  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const again = () => {
    if (!stopped) timer = setTimeout(() => void round().then(again), intervalMs).unref()
  }
  void round().then(again)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
