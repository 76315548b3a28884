import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { firstLine, startProcess } from '../host/start-process.js'
import type { StartedProcess } from '../host/start-process.js'
import type { QueueCounts } from './null-queue.js'

/** A queue in a process of its own that counts the calls it gets. */
export interface CountingQueue {
  readonly endpoint: string
  readonly pid: number
  counts(): Promise<QueueCounts>
  stop(): Promise<void>
}

/** A counting queue that knows which orders came. */
export interface LedgerQueue extends CountingQueue {
  ids(): Promise<readonly string[]>
}

/** A queue that takes every message, forgets it and answers after `delayMs`. */
export function startNullQueue(delayMs: number, { keepIds = false } = {}): Promise<LedgerQueue> {
  return startQueue('null-queue-main.js', [String(delayMs), ...(keepIds ? ['keep-ids'] : [])])
}

/** The SQS emulator, with its calls counted. */
export function startCountingEmulator(): Promise<CountingQueue> {
  return startQueue('counting-emulator-main.js', [])
}

async function startQueue(file: string, args: readonly string[]): Promise<LedgerQueue> {
  const main = fileURLToPath(new URL(file, import.meta.url))
  const started = startProcess(main, { args })
  const line = await firstLine(started, file)
  return {
    endpoint: `http://127.0.0.1:${line.replace('listening ', '')}`,
    pid: started.pid,
    counts: () => ask<QueueCounts>(started, 'counts'),
    ids: () => ask<readonly string[]>(started, 'ids'),
    stop: () => started.stop(),
  }
}

async function ask<Answer>({ child }: StartedProcess, question: string): Promise<Answer> {
  child.send(question)
  const [answer] = (await once(child, 'message')) as [Answer]
  return answer
}
