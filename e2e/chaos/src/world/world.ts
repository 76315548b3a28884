import { appendFileSync, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '@comanda/shared/postgres'
import {
  createQueues,
  createServiceLogins,
  freePort,
  startIssuer,
  startMailSink,
  startPostgres,
} from '@comanda/e2e/embedded'
import type { MailSink } from '@comanda/e2e/embedded'
import { administer } from '@comanda/e2e/embedded'
import type { ServiceName } from '@comanda/e2e/targets'
import type { Random } from '../load/random.js'
import { startSqsProxy } from '../proxies/sqs-proxy.js'
import type { QueueFault, SqsProxy } from '../proxies/sqs-proxy.js'
import { startTcpProxy } from '../proxies/tcp-proxy.js'
import type { TcpProxy } from '../proxies/tcp-proxy.js'
import type { ChaosWorld } from './chaos-world.js'
import { startKeptEmulator } from './emulator.js'
import type { KeptEmulator } from './emulator.js'
import { behind } from './queues-behind.js'
import { startServices } from './start-services.js'
import type { ServiceProcess } from './service-process.js'
import { MAX_RECEIVES, VISIBILITY_SECONDS } from './world-settings.js'

export type Link = 'postgres' | 'smtp' | 'sqs'

/** A whole installation of processes of this machine, every part of which can be broken. */
export interface World extends ChaosWorld {
  readonly mailSink: MailSink
  readonly services: Readonly<Record<ServiceName, readonly ServiceProcess[]>>
  readonly links: Readonly<Record<Link, TcpProxy>>
  readonly sqsProxy: SqsProxy
  readonly emulator: KeptEmulator
  /** The same as `crashPostgres` in two steps: away, and back again. */
  takePostgresAway(): Promise<() => Promise<void>>
}

export interface WorldOptions {
  readonly folder: string
  readonly random: Random
  readonly replicas: number
  /** Where the services are built: the repository, or a copy with a planted bug. */
  readonly root?: string
  /** Run on the schema after the migrations, for bugs that live there. */
  readonly sql?: string
  readonly clientIds: readonly string[]
  readonly keepQueues: boolean
  readonly settings?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>
  readonly queueFaultFired: (fault: QueueFault | 'R3') => void
}

const DATABASE = 'comanda'
export const REPOSITORY = fileURLToPath(new URL('../../../../../', import.meta.url))

/** Starts it all on this machine, behind proxies. What was started is stopped again where a part does not start. */
export async function startWorld(options: WorldOptions): Promise<World> {
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
  options: WorldOptions,
  started: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<World> {
  const { folder, random, replicas, root = REPOSITORY } = options
  const files = {
    mails: join(folder, 'mails.jsonl'),
    published: join(folder, 'published.jsonl'),
    fired: join(folder, 'fired.jsonl'),
    logs: join(folder, 'logs'),
  }
  await mkdir(files.logs, { recursive: true })

  // fsync and synchronous_commit are on: without them the death of the server would prove nothing.
  const server = { dataDir: join(folder, 'postgres'), port: await freePort(), durable: true }
  let postgres = await startPostgres(server)
  started.push(() => postgres.stop())
  const databaseUrl = postgres.url(DATABASE)
  await administer(postgres.url('postgres'), `create database ${DATABASE}`)
  await migrate(databaseUrl)
  await createServiceLogins(postgres.url('postgres'))
  if (options.sql !== undefined) await administer(databaseUrl, options.sql)

  const emulator = await startKeptEmulator(options.keepQueues ? join(folder, 'queues') : undefined)
  started.push(() => emulator.stop())
  const issuer = await startIssuer()
  started.push(() => issuer.stop())
  const mailSink = await startMailSink({ keep: 0 })
  started.push(() => mailSink.stop())
  const mails = createWriteStream(files.mails)
  mailSink.onMail = (mail) => void mails.write(`${JSON.stringify(mail)}\n`)
  started.push(() => new Promise((resolve) => mails.end(resolve)))

  const queues = await createQueues(emulator.endpoint, {
    visibilityTimeoutSeconds: VISIBILITY_SECONDS,
    maxReceiveCount: MAX_RECEIVES,
  })
  const sqsProxy = await startSqsProxy({
    upstream: () => emulator.endpoint,
    eventsQueue: queues.events,
    random,
    fired: options.queueFaultFired,
    // Written at once: what was seen must not be forgotten.
    published: (body) => appendFileSync(files.published, `${body}\n`),
  })
  started.push(() => sqsProxy.stop())
  const links = {
    postgres: await startTcpProxy(() => server.port),
    smtp: await startTcpProxy(() => mailSink.port),
    sqs: await startTcpProxy(() => Number(new URL(sqsProxy.endpoint).port)),
  }
  started.push(() => Promise.all(Object.values(links).map((link) => link.stop())))

  const { apiUrls, services } = await startServices(
    {
      ...{ root, replicas, queues: behind(queues, links.sqs.port), files },
      authIssuers: issuer.settings(options.clientIds),
      databaseUrl: `postgres://postgres@127.0.0.1:${links.postgres.port}/${DATABASE}`,
      smtpUrl: `smtp://127.0.0.1:${links.smtp.port}`,
      ...(options.settings === undefined ? {} : { settings: options.settings }),
    },
    started,
  )

  return {
    name: 'process',
    folder,
    apiUrls,
    databaseUrl,
    queues,
    token: (request) => issuer.token(request),
    mailSink,
    services,
    links,
    sqsProxy,
    emulator,
    async crashPostgres(awayMs) {
      await postgres.kill()
      await new Promise((resolve) => setTimeout(resolve, awayMs))
      postgres = await startPostgres(server)
    },
    async takePostgresAway() {
      await postgres.kill()
      return async () => {
        postgres = await startPostgres(server)
      }
    },
    calm() {
      sqsProxy.setFaults({})
      for (const link of Object.values(links)) {
        link.setFault(undefined)
        link.forgetCommits()
      }
      return Promise.resolve()
    },
    collect: () => Promise.resolve(files),
    stop,
  }
}
