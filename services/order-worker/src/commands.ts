import { parseArgs } from 'node:util'
import { ConfigError } from '@comanda/shared/config'
import { migrate } from '@comanda/shared/postgres'
import { createSqsClients, deadLetterQueueOf, redrive } from '@comanda/shared/sqs'
import type { RedriveConfig } from './config.js'

/** Runs a command to its end: its sentence on standard output, exit 0; a failure's on standard error, exit 1. */
export async function runCommand(command: (signal: AbortSignal) => Promise<string>): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())
  try {
    process.stdout.write(`${await command(stop.signal)}\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message || error.name : 'unknown error'}\n`)
    process.exitCode = 1
  }
}

/** Brings the database to the newest schema. */
export async function migrateCommand({ DATABASE_URL }: { readonly DATABASE_URL: string }): Promise<string> {
  const applied = await migrate(DATABASE_URL)
  return applied.length === 0
    ? 'The database is up to date.'
    : `The database was migrated: ${applied.join(', ')}.`
}

/** Sends dead-lettered orders back through the worker. Safe to repeat and to break off: every command is decided once. */
export async function redriveCommand(
  config: RedriveConfig,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const max = maxOf(args)
  const to = config.ORDERS_QUEUE_URL
  const clients = createSqsClients({
    region: config.AWS_REGION,
    ...(config.SQS_ENDPOINT === undefined ? {} : { endpoint: config.SQS_ENDPOINT }),
    pollSockets: 1,
  })
  try {
    const { moved, failed } = await redrive({
      client: clients.work,
      from: config.ORDERS_DEAD_LETTER_QUEUE_URL ?? (await deadLetterQueueOf(clients.work, to)),
      to,
      max,
      signal,
    })
    if (failed > 0)
      throw new Error(`${moved} messages were sent back, ${failed} were not; run the command again.`)
    return `${moved} messages were sent back.`
  } finally {
    clients.destroy()
  }
}

const DEFAULT_MAX = 100_000

function maxOf(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { max: { type: 'string' } } })
  if (values.max === undefined) return DEFAULT_MAX
  const max = Number(values.max)
  if (!Number.isSafeInteger(max) || max < 1) throw new ConfigError('--max must be a whole number above 0.')
  return max
}
