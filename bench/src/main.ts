import { describeMachine } from './host/machine.js'
import { orderBodies, readOrders } from './load/real-orders.js'
import { quantiles } from './measure/statistics.js'
import { USAGE, UsageError, readOptions } from './options.js'
import type { BenchOptions, Suite } from './options.js'
import { apiPage } from './report/api-page.js'
import { drainPage } from './report/drain-page.js'
import { memoryPage } from './report/memory-page.js'
import { overloadPage } from './report/overload-page.js'
import { pipelinePage } from './report/pipeline-page.js'
import { readsPage } from './report/reads-page.js'
import { createProgress } from './report/progress.js'
import type { Progress } from './report/progress.js'
import { writeResults } from './report/write-results.js'
import { measureApi } from './suites/api.js'
import { measureDrains } from './suites/drain.js'
import { measureMemory } from './suites/memory.js'
import { OVERLOAD_WARM_UP_FACTOR, measureOverload } from './suites/overload.js'
import { measureReads } from './suites/reads.js'
import { RUN_LENGTH_FACTOR, WARM_UP_FACTOR, measurePipeline } from './suites/pipeline.js'

interface Measured {
  readonly title: string
  readonly method: string
  readonly postgres: string
  readonly figures: unknown
  readonly page: string
  readonly runs: readonly { readonly quiet: boolean; readonly discarded: number }[]
}

const MEASURE: Readonly<Record<Suite, (options: BenchOptions, progress: Progress) => Promise<Measured>>> = {
  api: async (options, progress) => {
    const figures = await measureApi(options, progress)
    return {
      title: 'POST /v1/orders on one core',
      method: `${options.repetitions} repetitions, interleaved, every other one in reverse order; ${options.seconds} s after ${options.warmUpSeconds} s of warm-up.`,
      postgres: figures.postgres,
      figures,
      page: apiPage(figures),
      runs: [...figures.capacity, ...figures.latency],
    }
  },
  pipeline: async (options, progress) => {
    const figures = await measurePipeline(options, progress)
    return {
      title: 'The whole pipeline under an open loop',
      method: `${options.repetitions} repetitions at the first rate, each on an installation of its own, ${options.seconds * RUN_LENGTH_FACTOR} s after ${options.warmUpSeconds * WARM_UP_FACTOR} s of warm-up.`,
      postgres: figures.postgres,
      figures,
      page: pipelinePage(figures),
      runs: [...figures.atRate, ...figures.search, ...figures.confirmation],
    }
  },
  drain: async (options, progress) => {
    const figures = await measureDrains(options, progress)
    return {
      title: 'A full queue, emptied',
      method: `${options.repetitions} repetitions, interleaved, every other one in reverse order; every consumer is started anew.`,
      postgres: figures.postgres,
      figures,
      page: drainPage(figures),
      runs: figures.runs,
    }
  },
  overload: async (options, progress) => {
    const figures = await measureOverload(options, progress)
    return {
      title: 'order-api beyond its capacity, on one core',
      method:
        `One run each, ${options.overloadSeconds} s after ${options.warmUpSeconds * OVERLOAD_WARM_UP_FACTOR} s of warm-up; queue 5 ms. ` +
        'Each run has a process of its own; its capacity is that of a closed loop of 48 connections just before and just after.',
      postgres: figures.postgres,
      figures,
      page: overloadPage(figures),
      runs: [...figures.overloads, figures.quiet, figures.neighbour, figures.slow],
    }
  },
  memory: async (options, progress) => {
    const figures = await measureMemory(options, progress)
    return {
      title: 'Memory over a long run',
      method: 'One run; memory is read every second.',
      postgres: figures.postgres,
      figures,
      page: memoryPage(figures),
      runs: [figures.run],
    }
  },
  reads: async (options, progress) => {
    const figures = await measureReads(options, progress)
    return {
      title: 'Reading: pages among 200,000 orders, and who waits for a change',
      method: `order-api on a core of its own; one reader goes through one list after the other, a page at a time.`,
      postgres: figures.postgres,
      figures,
      page: readsPage(figures),
      runs: [figures.lists, figures.waits],
    }
  },
}

async function run(options: BenchOptions): Promise<void> {
  const progress = createProgress((line) => console.log(line))
  const machine = describeMachine()
  const bodies = quantiles(orderBodies(await readOrders(500, options.data)).map(({ length }) => length))
  for (const suite of options.suites) {
    const startedAt = new Date()
    progress.say(`${suite}: ${machine.node}, ${machine.cores} × ${machine.cpu}`)
    const { title, method, postgres, figures, page, runs } = await MEASURE[suite](options, progress)
    const path = writeResults({
      name: suite,
      title,
      method,
      bodies,
      machine: { ...machine, postgres },
      options,
      startedAt,
      seconds: (Date.now() - startedAt.getTime()) / 1_000,
      figures,
      page,
      noise: {
        runs: runs.length,
        discarded: runs.reduce((sum, { discarded }) => sum + discarded, 0),
        noisy: runs.filter(({ quiet }) => !quiet).length,
      },
    })
    progress.say(`${suite}: written to ${path}`)
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) console.log(USAGE)
  else {
    // What the bench started is stopped on the way out, however it ends.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
    await run(options)
  }
  process.exit(0)
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error)
  process.exit(error instanceof UsageError ? 2 : 1)
}
