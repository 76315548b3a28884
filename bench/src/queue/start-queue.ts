import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { firstLine, startProcess } from '../host/start-process.js'
import type { QueueCounts } from './null-queue.js'

/** A queue in a process of its own that counts the calls it gets. */
export interface CountingQueue {
  readonly endpoint: string
  readonly pid: number
  counts(): Promise<QueueCounts>
  stop(): Promise<void>
}

/** A queue that takes every message, forgets it and answers after `delayMs`. */
export function startNullQueue(delayMs: number): Promise<CountingQueue> {
  return startQueue('null-queue-main.js', [String(delayMs)])
}

/** The SQS emulator, with its calls counted. */
export function startCountingEmulator(): Promise<CountingQueue> {
  return startQueue('counting-emulator-main.js', [])
}

async function startQueue(file: string, args: readonly string[]): Promise<CountingQueue> {
  const main = fileURLToPath(new URL(file, import.meta.url))
  const started = startProcess(main, { args })
  const line = await firstLine(started, file)
  return {
    endpoint: `http://127.0.0.1:${line.replace('listening ', '')}`,
    pid: started.pid,
    counts: async () => {
      started.child.send('counts')
      const [counts] = (await once(started.child, 'message')) as [QueueCounts]
      return counts
    },
    stop: () => started.stop(),
  }
}
