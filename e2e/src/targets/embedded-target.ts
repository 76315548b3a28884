import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { migrate } from '@comanda/shared/postgres'
import { startIssuer } from '../embedded/issuer.js'
import type { Issuer } from '../embedded/issuer.js'
import { createServiceLogins } from '../embedded/logins.js'
import { startMailSink } from '../embedded/mail-sink.js'
import type { MailSink } from '../embedded/mail-sink.js'
import { freePort, startPostgres } from '../embedded/postgres.js'
import { administer } from '../embedded/test-environment.js'
import { createQueues, emulatorClient, startSqs } from '../embedded/sqs.js'
import { readDepths } from './queue-depths.js'
import { serviceSettings } from './service-settings.js'
import { superviseProcess } from './supervised-process.js'
import type { SupervisedProcess } from './supervised-process.js'
import type { ServiceName, Target } from './target.js'

const DATABASE = 'comanda'
const STOP_TIMEOUT_MS = 20_000

export interface EmbeddedTargetOptions {
  /** Port of the API; one that is free by default. */
  readonly apiPort?: number
  /**
   * Where data and logs are kept. Without it they go to a temporary folder, which is removed at the end. As root it must
   * be open to other users, since Postgres runs as one.
   */
  readonly folder?: string
  readonly fifo?: boolean
  /** OAuth clients that the API trusts. */
  readonly clientIds: readonly string[]
  readonly issuer?: Parameters<typeof startIssuer>[0]
  /** Raw mails that the sink keeps; the oldest go first. */
  readonly keepMails?: number
  /** Settings to add or replace, by service. */
  readonly settings?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>
}

/** The embedded target and what only it can show. */
export interface EmbeddedTarget extends Target {
  readonly folder: string
  readonly issuer: Issuer
  readonly mailSink: MailSink
  readonly adminPorts: Readonly<Record<ServiceName, number>>
  /** How often a service ended without having been asked to. */
  restarts(): number
  readonly faults: NonNullable<Target['faults']>
}

/**
 * Starts the whole pipeline on this machine: embedded Postgres and SQS, a development issuer, a mail sink, and the three
 * services as processes of their own under one supervisor. Everything listens on 127.0.0.1 and ends with this process,
 * however it ends. Rejects with one sentence, and leaves nothing running, when a part does not start.
 */
export async function startEmbeddedTarget(options: EmbeddedTargetOptions): Promise<EmbeddedTarget> {
  /** What was started last is stopped first. */
  const started: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end()
  }
  try {
    return await start(options, started, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  options: EmbeddedTargetOptions,
  started: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<EmbeddedTarget> {
  const folder = options.folder ?? (await temporaryFolder(started))
  const logs = join(folder, 'logs')
  await mkdir(logs, { recursive: true })
  const databaseServer = { dataDir: join(folder, 'postgres'), port: await freePort() }

  let postgres = await startPostgres(databaseServer)
  started.push(() => postgres.stop())
  const sqs = await startSqs()
  started.push(() => sqs.stop())
  const issuer = await startIssuer(options.issuer)
  started.push(() => issuer.stop())
  const mailSink = await startMailSink(options.keepMails === undefined ? {} : { keep: options.keepMails })
  started.push(() => mailSink.stop())

  const [queues, databaseUrl] = await Promise.all([
    createQueues(sqs.endpoint, { fifo: options.fifo ?? false }),
    prepareDatabase(postgres.url('postgres'), postgres.url(DATABASE)),
  ])
  const client = emulatorClient(sqs.endpoint)
  started.push(() => Promise.resolve(client.destroy()))

  const adminPorts = {
    'order-api': await freePort(),
    'order-worker': await freePort(),
    notifier: await freePort(),
  }
  const apiPort = options.apiPort ?? (await freePort())
  const settings = serviceSettings({
    apiPort,
    adminPorts,
    databaseUrl,
    queues,
    authIssuers: issuer.settings(options.clientIds),
    receiptKey: await receiptKey(folder),
    smtpUrl: mailSink.url,
  })
  const names: readonly ServiceName[] = ['notifier', 'order-worker', 'order-api']
  const services = new Map<ServiceName, SupervisedProcess>()
  started.push(() => Promise.all([...services.values()].map((service) => service.stop(STOP_TIMEOUT_MS))))
  await Promise.all(
    names.map(async (name) => {
      const service = await superviseProcess({
        name,
        main: new URL(`../../../../services/${name}/dist/src/main.js`, import.meta.url),
        environment: { ...settings[name], ...options.settings?.[name] },
        adminPort: adminPorts[name],
        logFile: join(logs, `${name}.log`),
      })
      services.set(name, service)
    }),
  )

  return {
    name: 'embedded',
    apiUrl: `http://127.0.0.1:${apiPort}`,
    folder,
    issuer,
    mailSink,
    adminPorts,
    databaseUrl,
    token: (request) => issuer.token(request),
    mails: () => Promise.resolve(mailSink.received),
    depths: () => readDepths(client, queues),
    logs: async () =>
      (await Promise.all(names.map((name) => readFile(join(logs, `${name}.log`), 'utf8')))).join(''),
    restarts: () => [...services.values()].reduce((sum, { restarts }) => sum + restarts, 0),
    faults: {
      killService: (name) => services.get(name)!.kill(),
      async crashPostgres(awayMs) {
        await postgres.kill()
        await delay(awayMs)
        postgres = await startPostgres(databaseServer)
      },
    },
    stop,
  }
}

async function temporaryFolder(started: (() => Promise<unknown>)[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'comanda-'))
  started.push(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o711)
  return folder
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

/** Receipts of a kept folder stay valid over a restart. */
async function receiptKey(folder: string): Promise<string> {
  const file = join(folder, 'receipt-key')
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return kept
  const key = randomBytes(32).toString('base64')
  await writeFile(file, key, { mode: 0o600 })
  return key
}
