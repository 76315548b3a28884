import { Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

export type QueueOperation = 'send' | 'receive' | 'delete' | 'extend' | 'give_back' | 'depth'

/** Calls to SQS, with the client's own retries in them. */
export interface QueueCallMetrics {
  called(queue: string, operation: QueueOperation, durationMs: number, failed: boolean): void
}

/** `queue_call_seconds`: its count is the number of calls, the label `outcome` tells those that failed as a whole. */
export function createQueueCallMetrics(registry: Registry): QueueCallMetrics {
  const seconds = new Histogram({
    name: 'queue_call_seconds',
    help: 'Calls to SQS, retries of the client included: operation is send, receive (a long poll), delete, extend, give_back or depth; outcome is answered or failed.',
    labelNames: ['queue', 'operation', 'outcome'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 25],
    registers: [registry],
  })
  return {
    called(queue, operation, durationMs, failed) {
      seconds.observe({ queue, operation, outcome: failed ? 'failed' : 'answered' }, durationMs / 1_000)
    },
  }
}
