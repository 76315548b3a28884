import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Issuer } from '../embedded/issuer.js'
import type { MailSink } from '../embedded/mail-sink.js'
import { startOtlpReceiver } from '../embedded/otlp-receiver.js'
import type { OtlpReceiver } from '../embedded/otlp-receiver.js'
import { freePort } from '../embedded/free-port.js'
import { emulatorClient } from '../embedded/sqs.js'
import type { Queues } from '../embedded/sqs.js'
import { startGround } from './embedded-ground.js'
import type { Ground, GroundOptions, Started } from './embedded-ground.js'
import { ANY_FORMAT } from './metrics-script.js'
import { readDepths } from './queue-depths.js'
import { serviceSettings } from './service-settings.js'
import { superviseProcess } from './supervised-process.js'
import type { SupervisedProcess } from './supervised-process.js'
import type { ServiceName, Target } from './target.js'

const STOP_TIMEOUT_MS = 20_000

export interface EmbeddedTargetOptions extends GroundOptions {
  /** Port of the API; one that is free by default. */
  readonly apiPort?: number
  /** OAuth clients that the API trusts. */
  readonly clientIds: readonly string[]
  /** Collects the spans of the services; without it they trace nothing. */
  readonly traced?: boolean
  /** Settings to add or replace, by service. */
  readonly settings?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>
}

/** The embedded target and what only it can show. */
export interface EmbeddedTarget extends Target {
  readonly folder: string
  readonly issuer: Issuer
  readonly mailSink: MailSink
  readonly queues: Queues
  readonly adminPorts: Readonly<Record<ServiceName, number>>
  /** How often a service ended without having been asked to. */
  restarts(): number
  readonly faults: NonNullable<Target['faults']>
}

/**
 * Starts the whole pipeline on this machine: embedded Postgres and SQS, a development issuer, a mail sink, and the three
 * services as processes of their own, supervised. Everything listens on 127.0.0.1 and ends with this process,
 * however it ends. Rejects with one sentence, and leaves nothing running, when a part does not start.
 */
export async function startEmbeddedTarget(options: EmbeddedTargetOptions): Promise<EmbeddedTarget> {
  /** What was started last is stopped first. */
  const started: Started = []
  const stop = async () => {
    const failures: unknown[] = []
    for (const end of started.splice(0).reverse()) await end().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  try {
    const ground = await startGround(options, started)
    const receiver = options.traced ? await startOtlpReceiver() : undefined
    if (receiver !== undefined) started.push(() => receiver.stop())
    const services = await startServices({ ...options, receiver }, ground, started)
    return targetOf(ground, { ...services, receiver }, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

/** The running services, and where they answer. */
interface Services {
  readonly receiptKey: string
  readonly apiPort: number
  readonly adminPorts: Readonly<Record<ServiceName, number>>
  readonly processes: Readonly<Record<ServiceName, SupervisedProcess>>
}

async function startServices(
  options: EmbeddedTargetOptions & { readonly receiver: OtlpReceiver | undefined },
  { folder, issuer, mailSink, queues, databaseUrl }: Ground,
  started: Started,
): Promise<Services> {
  const adminPorts = {
    'order-api': await freePort(),
    'order-worker': await freePort(),
    notifier: await freePort(),
  }
  const apiPort = options.apiPort ?? (await freePort())
  const receiptKey = await keptReceiptKey(folder)
  const settings = serviceSettings({
    apiPort,
    adminPorts,
    databaseUrl,
    queues,
    authIssuers: issuer.settings(options.clientIds),
    receiptKey,
    smtpUrl: mailSink.url,
  })
  await mkdir(join(folder, 'logs'), { recursive: true })
  const tracing: Record<string, string> = {}
  if (options.receiver !== undefined)
    tracing['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${options.receiver.port}`
  const supervise = (name: ServiceName) =>
    superviseProcess({
      name,
      main: new URL(`../../../../services/${name}/dist/src/main.js`, import.meta.url),
      environment: { ...settings[name], ...tracing, ...options.settings?.[name] },
      adminPort: adminPorts[name],
      logFile: logFile(folder, name),
    })
  const processes = {
    'order-api': supervise('order-api'),
    'order-worker': supervise('order-worker'),
    notifier: supervise('notifier'),
  }
  const all = Object.values(processes)
  started.push(() => Promise.all(all.map((service) => service.stop(STOP_TIMEOUT_MS))))
  await Promise.all(all.map((service) => service.ready(options.signal)))
  return { apiPort, adminPorts, processes, receiptKey }
}

function targetOf(
  ground: Ground,
  services: Services & { readonly receiver: OtlpReceiver | undefined },
  stop: () => Promise<void>,
): EmbeddedTarget {
  const { folder, issuer, mailSink, queues, databaseUrl } = ground
  const { apiPort, adminPorts, processes, receiver } = services
  const client = emulatorClient(queues.endpoint)
  return {
    name: 'embedded',
    apiUrl: `http://127.0.0.1:${apiPort}`,
    folder,
    issuer,
    mailSink,
    queues,
    adminPorts,
    databaseUrl,
    token: (request) => issuer.token(request),
    mails: () => Promise.resolve(mailSink.received),
    depths: () => readDepths(client, queues),
    logs: async () =>
      (await Promise.all(Object.keys(processes).map((name) => readFile(logFile(folder, name), 'utf8')))).join(
        '',
      ),
    metrics: async (accept = ANY_FORMAT) =>
      (await Promise.all(Object.values(adminPorts).map((port) => metricsOf(port, accept)))).join(''),
    ...(receiver === undefined
      ? {}
      : { traces: () => Promise.resolve(receiver.text), spans: receiver.spans }),
    secrets: [ground.smtpPassword, services.receiptKey],
    restarts: () => Object.values(processes).reduce((sum, { restarts }) => sum + restarts, 0),
    faults: {
      killService: (name, whileAway) => processes[name].kill(whileAway),
      crashPostgres: (awayMs) => ground.crashPostgres(awayMs),
      answerMails(answer) {
        mailSink.answer = () => answer
        return Promise.resolve()
      },
    },
    async stop() {
      client.destroy()
      await stop()
    },
  }
}

async function metricsOf(adminPort: number, accept: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${adminPort}/metrics`, { headers: { accept } })).text()
}

function logFile(folder: string, service: string): string {
  return join(folder, 'logs', `${service}.log`)
}

/** Receipts of a kept folder stay valid over a restart. */
async function keptReceiptKey(folder: string): Promise<string> {
  const file = join(folder, 'receipt-key')
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return kept
  const key = randomBytes(32).toString('base64')
  await writeFile(file, key, { mode: 0o600 })
  return key
}
