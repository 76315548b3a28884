import type { Stopwatch } from '../host/foreign-cpu.js'
import type { BenchDatabase } from '../installation/database.js'
import type { Installation } from '../installation/installation.js'
import {
  countPlacingCommits,
  nextTransactionId,
  readStoredOrders,
  untilSettled,
} from '../installation/records.js'
import { readStatements, resetStatements, workerCommits } from '../installation/statements.js'
import type { StatementCost } from '../installation/statements.js'
import { watchUsage } from '../installation/usage-watch.js'
import type { MemorySample } from '../installation/usage-watch.js'
import { generateOpen } from '../load/start-load.js'
import { closeLedger } from '../measure/ledger.js'
import type { Ledger } from '../measure/ledger.js'
import { quantiles } from '../measure/statistics.js'
import type { Quantiles } from '../measure/statistics.js'
import { countsBetween, totalCalls } from '../queue/queue-counts.js'
import { countBy } from './api-latency.js'

/** What a pipeline run works with. */
export interface PipelineWorld {
  readonly installation: Installation
  readonly database: BenchDatabase
  readonly postgresPid: number
  readonly token: string
  readonly bodies: readonly string[]
}

/** One open-loop run through the whole installation. All latencies in ms from the scheduled instant. */
export interface PipelineRun {
  readonly ratePerSecond: number
  readonly seconds: number
  readonly accepted: Quantiles
  readonly committed: Quantiles
  readonly notified: Quantiles
  readonly answers: Readonly<Record<string, number>>
  readonly backlogAtEnd: number
  /** Calls at the queue by action, and their sum, per stored order. */
  readonly callsPerOrder: Readonly<Record<string, number>>
  readonly allCallsPerOrder: number
  /** Transactions of order-worker, those that stored orders, and all that wrote (notifier's too), per stored order. */
  readonly workerCommitsPerOrder: number
  readonly placingCommitsPerOrder: number
  readonly writingTransactionsPerOrder: number
  /** The statements that cost Postgres most. */
  readonly statements: readonly StatementCost[]
  readonly cpuUsPerOrder: Readonly<Record<string, number>>
  readonly memory: readonly MemorySample[]
  readonly ledger: Ledger
  /** False where the installation had not finished the run's orders in time. */
  readonly settled: boolean
}

const SHOWN_STATEMENTS = 20

export interface PipelineJob {
  readonly ratePerSecond: number
  readonly count: number
  readonly keyPrefix: string
  readonly seed: number
  /** How long the installation may take to finish after the last order. */
  readonly patienceSeconds: number
}

export async function runPipeline(
  world: PipelineWorld,
  job: PipelineJob,
  watch: Stopwatch,
): Promise<PipelineRun> {
  const { installation, database } = world
  const { services } = installation
  const callsBefore = await installation.queue.counts()
  const transactionsBefore = await nextTransactionId(database)
  const usage = watchUsage(
    {
      'order-api': services['order-api'].pid,
      'order-worker': services['order-worker'].pid,
      notifier: services.notifier.pid,
      'queue emulator': installation.queue.pid,
      'mail sink': installation.mailSink.pid,
    },
    { Postgres: world.postgresPid },
  )
  await resetStatements(database)
  watch.start()
  const load = await generateOpen({
    kind: 'open',
    target: { port: installation.apiPort, path: '/v1/orders', token: world.token },
    bodies: world.bodies,
    keyPrefix: job.keyPrefix,
    ratePerSecond: job.ratePerSecond,
    count: job.count,
    seed: job.seed,
    connections: 200,
    patienceSeconds: 30,
  })
  const answered = load.orders.filter(({ id }) => id !== undefined).length
  watch.stop()
  const settled = await untilSettled(database, job.keyPrefix, answered, job.patienceSeconds)
  const { cpuSeconds, memory } = usage()
  const statements = await readStatements(database)
  const calls = countsBetween(callsBefore, await installation.queue.counts())
  const transactions = (await nextTransactionId(database)) - transactionsBefore - 1
  const { ledger, latencies } = closeLedger(
    load.orders,
    await readStoredOrders(database, job.keyPrefix),
    await installation.mailSink.taken(),
  )
  const per = (amount: number) => amount / ledger.stored
  return {
    ratePerSecond: job.ratePerSecond,
    seconds: job.count / job.ratePerSecond,
    accepted: quantiles(latencies.accepted),
    committed: quantiles(latencies.committed),
    notified: quantiles(latencies.notified),
    answers: countBy(load.orders.map(({ status }) => String(status ?? 'none'))),
    backlogAtEnd: load.backlogAtEnd,
    callsPerOrder: Object.fromEntries(
      Object.entries(calls).map(([action, count]) => [action, per(count.calls)]),
    ),
    allCallsPerOrder: per(totalCalls(calls)),
    workerCommitsPerOrder: per(workerCommits(statements)),
    placingCommitsPerOrder: per(await countPlacingCommits(database, job.keyPrefix)),
    writingTransactionsPerOrder: per(transactions),
    statements: statements.slice(0, SHOWN_STATEMENTS),
    cpuUsPerOrder: Object.fromEntries(
      Object.entries(cpuSeconds).map(([name, seconds]) => [name, per(seconds) * 1e6]),
    ),
    memory,
    ledger,
    settled,
  }
}
