import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { migrate } from '@comanda/shared/postgres'
import { freePort } from '../embedded/free-port.js'
import { startIssuer } from '../embedded/issuer.js'
import type { Issuer } from '../embedded/issuer.js'
import { createServiceLogins } from '../embedded/logins.js'
import { startMailSink } from '../embedded/mail-sink.js'
import type { MailSink } from '../embedded/mail-sink.js'
import { isReachable, startPostgres } from '../embedded/postgres.js'
import { createQueues, startSqs } from '../embedded/sqs.js'
import type { Queues } from '../embedded/sqs.js'
import { administer } from '../embedded/test-environment.js'

const DATABASE = 'comanda'

/** How to end what was started, in the order in which it was. */
export type Started = (() => Promise<unknown>)[]

/** What the services stand on. */
export interface Ground {
  readonly folder: string
  readonly issuer: Issuer
  readonly mailSink: MailSink
  readonly smtpPassword: string
  readonly queues: Queues
  readonly databaseUrl: string
  crashPostgres(awayMs: number): Promise<void>
}

export interface GroundOptions {
  /** Where data and logs are kept; without it a temporary folder, which is removed at the end. */
  readonly folder?: string
  readonly fifo?: boolean
  readonly issuer?: Parameters<typeof startIssuer>[0]
  /** Raw mails that the sink keeps; the oldest go first. */
  readonly keepMails?: number
  /** Ends a start that is under way: it rejects soon, with nothing left running. */
  readonly signal?: AbortSignal
}

/** Starts Postgres, the SQS emulator, the issuer and the mail sink, with the newest schema and empty queues. */
export async function startGround(options: GroundOptions, started: Started): Promise<Ground> {
  const { signal } = options
  const folder = options.folder ?? (await temporaryFolder(started))
  const databaseServer = { dataDir: join(folder, 'postgres'), port: await freePort() }
  let postgres = await startPostgres(databaseServer)
  started.push(() => postgres.stop())
  signal?.throwIfAborted()
  const sqs = await startSqs()
  started.push(() => sqs.stop())
  const issuer = await startIssuer(options.issuer)
  started.push(() => issuer.stop())
  const smtpPassword = randomBytes(16).toString('hex')
  const mailSink = await startMailSink({
    login: { user: 'notifier', password: smtpPassword },
    ...(options.keepMails === undefined ? {} : { keep: options.keepMails }),
  })
  started.push(() => mailSink.stop())
  const [queues, databaseUrl] = await Promise.all([
    createQueues(sqs.endpoint, { fifo: options.fifo ?? false }),
    prepareDatabase(postgres.url('postgres'), postgres.url(DATABASE)),
  ])
  signal?.throwIfAborted()
  return {
    folder,
    issuer,
    mailSink,
    smtpPassword,
    queues,
    databaseUrl,
    async crashPostgres(awayMs) {
      await postgres.kill()
      await delay(awayMs)
      postgres = await startPostgres(databaseServer)
    },
  }
}

async function temporaryFolder(started: Started): Promise<string> {
  const folder = await mkdtemp(join(await openTemporaryFolder(), 'comanda-'))
  started.push(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o711)
  return folder
}

/** The system's folder; as root, where Postgres' user cannot enter that one, the next that it can. */
async function openTemporaryFolder(): Promise<string> {
  const usual = tmpdir()
  if (process.getuid?.() !== 0) return usual
  for (const folder of [usual, '/var/tmp', '/tmp'])
    if (await isReachable(join(folder, 'comanda')).catch(() => false)) return folder
  return usual
}

/** Creates the database where it is not there yet and brings it to the newest schema. */
async function prepareDatabase(serverUrl: string, databaseUrl: string): Promise<string> {
  await administer(serverUrl, `create database ${DATABASE}`).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== '42P04') throw error
  })
  await migrate(databaseUrl)
  await createServiceLogins(serverUrl)
  return databaseUrl
}
