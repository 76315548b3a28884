import { buildApp } from 'fauxqs'
import type { QueueCounts } from './null-queue.js'

/**
 * The SQS emulator as a process of its own that counts calls at the queue, where they cost money, not in a client.
 * Says `listening PORT` on its first line; answers any IPC message with its counts.
 */
const calls: Record<string, { calls: number; firstAt: number }> = {}
const app = buildApp({ logger: false })
app.server.on('request', ({ headers }: { headers: Record<string, string | undefined> }) => {
  const action = (headers['x-amz-target'] ?? 'none').replace('AmazonSQS.', '')
  const count = (calls[action] ??= { calls: 0, firstAt: performance.timeOrigin + performance.now() })
  count.calls++
})
const address = await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`listening ${new URL(address).port}\n`)
process.on('message', () => process.send!(calls satisfies QueueCounts))
process.once('disconnect', () => process.exit(0))
