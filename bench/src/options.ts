import { parseArgs } from 'node:util'

export const SUITES = ['api', 'pipeline', 'drain', 'memory', 'overload', 'reads'] as const
export type Suite = (typeof SUITES)[number]

export interface BenchOptions {
  readonly suites: readonly Suite[]
  readonly repetitions: number
  /** Measured time of one run; the warm-up comes on top. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** How often a run is tried until other processes leave it alone. 1 = take what comes. */
  readonly attempts: number
  /** Folder of the results; without it `bench/results`. */
  readonly out?: string
  /** Options of Node for the three services, as their container would set them. */
  readonly nodeOptions: readonly string[]
  /** Orders to send, in the form of UCI Online Retail; without it the demo's. */
  readonly data?: string
  /** Rate of the pipeline's first run, and the highest that the search tries. */
  readonly ratePerSecond: number
  readonly maxRatePerSecond: number
  /** Orders of one drain, and of the long memory run. */
  readonly drainOrders: number
  readonly memoryOrders: number
  /** Measured time of one overload run. */
  readonly overloadSeconds: number
  /** Makes every commit that much slower in pipeline and drain, like a cloud disk. */
  readonly flushDelayUs: number
}

export const USAGE = `npm run bench -- [api|pipeline|drain|memory|overload|reads|all] [options]

  api       POST /v1/orders on one core against its baselines, its latencies and its CPU by part
  pipeline  the whole installation under an open loop: latencies, queue calls, commits, the ledger
  drain     a full queue: order-worker against sqs-consumer as it comes and in batches of ten
  memory    resident memory of each service over a long run (minutes; not in "all")
  overload  order-api above its capacity, beside a loud account, beside slow clients (minutes; not in "all")
  reads     pages of order lists among 200,000 orders, and a thousand who wait for a change (not in "all")
  all       api, pipeline and drain (the default)

  --repetitions N      of every variant (3)
  --seconds N          measured time of one run (5; pipeline: four times as long)
  --warm-up N          seconds before it (2)
  --attempts N         tries until other processes leave a run alone (5; 1 = take what comes)
  --rate N             pipeline: first rate, orders/s (400)
  --max-rate N         pipeline: highest rate that is tried, orders/s (1000)
  --drain-orders N     drain: orders in the queue (5000)
  --memory-orders N    memory: orders in all (200000)
  --overload-seconds N overload: measured time of one run (60)
  --flush-delay-us N   pipeline, drain: slows every commit down, like a cloud disk (0)
  --node-options=TEXT  further options of Node for the three services, like --node-options="--max-semi-space-size=2"
  --data FILE          orders to send, like online-retail.csv.gz (demo/data)
  --out DIR            where <date>-<name>.json and .md go (bench/results)
  --help               this page`

/** A command line that cannot be obeyed; the message is one sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Reads the command line; undefined when it asks for the help page. Throws `UsageError`. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parse(args)
  if (values.help) return undefined
  const [suite = 'all', ...rest] = positionals
  if (rest.length > 0) throw new UsageError(`One name is enough; "${rest[0]}" is too much.`)
  const number = (name: keyof typeof NUMBERS, min: number, whole = true): number => {
    const value = Number(values[name])
    if (!(value >= min) || (whole && !Number.isInteger(value)))
      throw new UsageError(`--${name} must be a ${whole ? 'whole ' : ''}number from ${min}.`)
    return value
  }
  return {
    suites: suitesOf(suite),
    repetitions: number('repetitions', 1),
    seconds: number('seconds', 0.1, false),
    warmUpSeconds: number('warm-up', 0, false),
    attempts: number('attempts', 1),
    ratePerSecond: number('rate', 1),
    maxRatePerSecond: number('max-rate', 1),
    drainOrders: number('drain-orders', 1),
    memoryOrders: number('memory-orders', 1),
    overloadSeconds: number('overload-seconds', 1),
    flushDelayUs: number('flush-delay-us', 0),
    nodeOptions: values['node-options'].split(' ').filter((option) => option !== ''),
    ...(values.out === undefined ? {} : { out: values.out }),
    ...(values.data === undefined ? {} : { data: values.data }),
  }
}

const NUMBERS = {
  repetitions: '3',
  seconds: '5',
  'warm-up': '2',
  attempts: '5',
  rate: '400',
  'max-rate': '1000',
  'drain-orders': '5000',
  'memory-orders': '200000',
  'overload-seconds': '60',
  'flush-delay-us': '0',
} as const

function parse(args: readonly string[]) {
  const numbers = Object.fromEntries(
    Object.entries(NUMBERS).map(([name, fallback]) => [name, { type: 'string', default: fallback }] as const),
  ) as Record<keyof typeof NUMBERS, { type: 'string'; default: string }>
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...numbers,
        out: { type: 'string' },
        data: { type: 'string' },
        'node-options': { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The command line cannot be read.')
  }
}

function suitesOf(name: string): readonly Suite[] {
  // What is left out takes minutes or compares with nothing, so it is asked for by name.
  if (name === 'all') return ['api', 'pipeline', 'drain']
  const suite = SUITES.find((known) => known === name)
  if (suite === undefined)
    throw new UsageError(`There is no measurement "${name}": use ${SUITES.join(', ')} or all.`)
  return [suite]
}
