import type { QueueSender } from '../sqs/queue-sender.js'
import type { QueueCallMetrics } from './queue-call-metrics.js'

/** The same sender, whose calls are measured. */
export function measureSender(sender: QueueSender, queue: string, calls: QueueCallMetrics): QueueSender {
  return {
    async sendBatch(messages) {
      const startedAt = performance.now()
      let failed = true
      try {
        const results = await sender.sendBatch(messages)
        failed = false
        return results
      } finally {
        calls.called(queue, 'send', performance.now() - startedAt, failed)
      }
    },
  }
}
