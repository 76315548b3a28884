import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface Options {
  /** What it runs on: processes of this machine, or docker-compose.yml. */
  readonly target: 'embedded' | 'compose'
  /** A CSV file, or a gzipped one. */
  readonly data: string
  /** Send only the first so many invoices. */
  readonly orders: number | undefined
  /** Orders a second, or as many as go. */
  readonly rate: number | 'max'
  readonly port: number
  readonly once: boolean
  /** Where the report goes as JSON. */
  readonly report: string | undefined
  readonly keep: boolean
  /** Where `keep` keeps the data; undefined for the usual place. */
  readonly folder: string | undefined
}

/** The command line cannot be used. The message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'invalid_usage'
}

export const USAGE = `Runs the whole of Comanda on this machine, replays real orders and tells whether anything was lost.

  npm start -- [options]

  --target T       embedded, on this machine alone (that is the usual one), or compose: Docker Compose
  --once           end after the verdict; exit code 1 when it is not clean
  --orders N       send only the first N invoices
  --rate N|max     orders a second (100), or as many as go
  --data FILE      another part of the set, .csv or .csv.gz (the committed fortnight)
  --port N         port of the API (8080)
  --report FILE    write the verdict as JSON
  --keep           keep the data folder; a second start goes on from it
  --folder DIR     keep it there instead of in .comanda
  --help           this page
`

const COMMITTED_FORTNIGHT = fileURLToPath(new URL('../../data/online-retail-2010-12.csv.gz', import.meta.url))

/** Parses the arguments, or returns `help`. Throws `UsageError`. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  const target = targetOf(values.target)
  const keep = (values.keep ?? false) || values.folder !== undefined
  if (keep && target === 'compose')
    throw new UsageError(
      '--keep and --folder go with the embedded target; Docker Compose has volumes of its own.',
    )
  return {
    target,
    data: values.data ?? COMMITTED_FORTNIGHT,
    orders: values.orders === undefined ? undefined : wholeNumber('--orders', values.orders, 1, 1_000_000),
    rate: values.rate === 'max' ? 'max' : wholeNumber('--rate', values.rate ?? '100', 1, 100_000, ' or max'),
    port: wholeNumber('--port', values.port ?? '8080', 1, 65_535),
    once: values.once ?? false,
    report: values.report,
    keep,
    folder: values.folder,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        target: { type: 'string' },
        once: { type: 'boolean' },
        orders: { type: 'string' },
        rate: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string' },
        report: { type: 'string' },
        keep: { type: 'boolean' },
        folder: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    // Its first sentence; the others advise on what this command line does not have.
    const [what = ''] = Error.isError(error) ? error.message.split(/\.\s/, 1) : []
    throw new UsageError(`${what}; "npm start -- --help" lists the options.`)
  }
}

function targetOf(text = 'embedded'): Options['target'] {
  if (text === 'embedded' || text === 'compose') return text
  throw new UsageError(`--target must be embedded or compose, not "${text}".`)
}

function wholeNumber(option: string, text: string, min: number, max: number, orElse = ''): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new UsageError(`${option} must be a whole number from ${min} to ${max}${orElse}, not "${text}".`)
}
