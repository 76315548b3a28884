import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { MANY_ORDERS } from '@comanda/e2e/embedded'
import { HELPER_CORE, pinSelf } from '../host/affinity.js'
import { whileQuiet } from '../host/foreign-cpu.js'
import type { QuietRun } from '../host/foreign-cpu.js'
import { createTemporaryFolder } from '../host/temporary-folder.js'
import { query, startDatabaseServer } from '../installation/database.js'
import { startStorefront } from '../installation/storefront.js'
import type { BenchOptions } from '../options.js'
import { startNullQueue } from '../queue/start-queue.js'
import type { Progress } from '../report/progress.js'
import { startVariant } from './api-variant.js'
import { readLists } from './reads-lists.js'
import type { ListFigures } from './reads-lists.js'
import { WAITERS, waitForChanges } from './reads-waits.js'
import type { WaitFigures } from './reads-waits.js'

export interface ReadsFigures {
  readonly postgres: string
  readonly lists: QuietRun<readonly ListFigures[]>
  readonly waits: QuietRun<WaitFigures>
}

/** order-api on one core as its readers see it: pages of every list among many orders, and reads that wait for a change. */
export async function measureReads(options: BenchOptions, progress: Progress): Promise<ReadsFigures> {
  pinSelf(HELPER_CORE)
  const folder = createTemporaryFolder()
  const log = openSync(join(folder.path, 'order-api.log'), 'w')
  const [server, storefront, queue] = await Promise.all([
    startDatabaseServer({ flushDelayUs: 0 }),
    startStorefront(),
    startNullQueue(0),
  ])
  try {
    const database = await server.create('bench_reads')
    await query(database.url, MANY_ORDERS)
    await query(database.url, 'vacuum analyze orders')
    const world = { storefront, database, bodies: [], log, nodeOptions: options.nodeOptions }
    const settings = {
      RATE_LIMIT_READS_PER_SECOND: '1000000',
      // Whoever waits is one request of the account until it is answered.
      MAX_REQUESTS_PER_ACCOUNT: String(WAITERS * 2),
    }
    const api = await startVariant({ name: 'order-api', kind: 'order-api', settings }, world, queue)
    try {
      const lists = await whileQuiet(options.attempts, (watch) => readLists(api.port, storefront, watch))
      const slowest = Math.max(...lists.result.map(({ latency }) => latency.p99))
      progress.say(
        `reads: ${lists.result.length} lists, the slowest with a p99 of ${slowest.toFixed(1)} ms`,
        lists,
      )
      const waits = await whileQuiet(options.attempts, (watch) =>
        waitForChanges(api.port, storefront, database.url, watch),
      )
      progress.say(`reads: ${WAITERS} hear of a change within ${waits.result.heard.max.toFixed(0)} ms`, waits)
      return { postgres: server.version, lists, waits }
    } finally {
      await api.stop()
    }
  } finally {
    await queue.stop()
    await storefront.stop()
    await server.stop()
    closeSync(log)
    folder.remove()
    pinSelf('all')
  }
}
