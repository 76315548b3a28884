import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startOtlpReceiver } from '../embedded/otlp-receiver.js'
import { freePort } from '../embedded/free-port.js'
import { emulatorClient } from '../embedded/sqs.js'
import type { Queues } from '../embedded/sqs.js'
import { queuesOf, tokenFrom } from './development-parts.js'
import { answerMailpit, readMailpit } from './mailpit.js'
import { ANY_FORMAT, metricsScript } from './metrics-script.js'
import { readDepths } from './queue-depths.js'
import type { ServiceName, Target } from './target.js'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const UP_TIMEOUT_SECONDS = 300
const DATABASE_PASSWORD = 'comanda-end-to-end-owner'
const SERVICES_PASSWORD = 'comanda-end-to-end-services'
const MAX_OUTPUT_BYTES = 512 * 1_024 * 1_024

export interface ComposeTargetOptions {
  readonly fifo?: boolean
  /** Collects the spans of the services; without it they trace nothing. */
  readonly traced?: boolean
  /** Settings to add or replace, by service. */
  readonly settings?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>
  /** Containers of a service; one by default. */
  readonly replicas?: Partial<Record<ServiceName, number>>
  /** More of docker-compose.yml, by service. */
  readonly services?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Port of the API; one that is free by default. */
  readonly apiPort?: number
  readonly issuerPort?: number
  /** Hides every program of the images but node from the services. */
  readonly withoutTools?: boolean
  /** Profiles of docker-compose.yml to bring up too. */
  readonly profiles?: readonly string[]
  /** Other variables of docker-compose.yml, as .env would set them. */
  readonly variables?: Readonly<Record<string, string>>
}

/** Docker Compose, and what only it can show. */
export interface ComposeTarget extends Target {
  readonly name: 'compose'
  /** The Compose project's name. */
  readonly project: string
  /** Variables under which `docker compose` means this installation, in the folder of the repository. */
  readonly environment: Readonly<Record<string, string>>
  /** Where the profile `observe` answers. */
  readonly prometheusUrl: string
  readonly alertmanagerUrl: string
  readonly issuerUrl: string
  readonly queues: Queues
  /** The command that shows the logs. */
  readonly logsCommand: string
  readonly faults: NonNullable<Target['faults']>
  /** The names of a service's containers, the first one first. */
  containersOf(name: ServiceName): Promise<readonly string[]>
  /** How often a service ended without having been asked to. */
  restarts(): Promise<number>
  /** Keeps the logs in a folder of their own; resolves with where. */
  saveLogs(): Promise<string>
}

const run = promisify(execFile)
const SERVICES = ['order-api', 'order-worker', 'notifier'] as const

/**
 * Brings docker-compose.yml up as a project of its own on free ports, with the images that are there (`docker compose
 * build` makes them), and takes it down with its volumes when it is stopped. Requests go through the gateway.
 */
export async function startComposeTarget(options: ComposeTargetOptions = {}): Promise<ComposeTarget> {
  const project = `comanda-e2e-${randomBytes(4).toString('hex')}`
  const receiptKey = randomBytes(32).toString('base64')
  const folder = await mkdtemp(join(tmpdir(), `${project}-`))
  const override = join(folder, 'override.json')
  const receiver = options.traced ? await startOtlpReceiver({ host: await bridgeAddress() }) : undefined
  await writeFile(override, JSON.stringify(overrideOf(options)))
  const ports = {
    API_PORT: options.apiPort ?? (await freePort()),
    ISSUER_PORT: options.issuerPort ?? (await freePort()),
    MAIL_PAGE_PORT: await freePort(),
    POSTGRES_PORT: await freePort(),
    ELASTICMQ_PORT: await freePort(),
    PROMETHEUS_PORT: await freePort(),
    ALERTMANAGER_PORT: await freePort(),
  }
  const environment = {
    COMPOSE_PROJECT_NAME: project,
    COMPOSE_FILE: [join(ROOT, 'docker-compose.yml'), override].join(delimiter),
    COMPOSE_PROFILES: (options.profiles ?? []).join(),
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    POSTGRES_PASSWORD: DATABASE_PASSWORD,
    SERVICES_PASSWORD,
    RECEIPT_KEY: receiptKey,
    QUEUE_SUFFIX: options.fifo ? '.fifo' : '',
    // For all of it: what the gateway does not trace, the services do not either.
    ...(receiver === undefined
      ? {}
      : { OTEL_EXPORTER_OTLP_ENDPOINT: `http://host.docker.internal:${receiver.port}` }),
    ...options.variables,
  }
  const compose = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('docker', ['compose', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      maxBuffer: MAX_OUTPUT_BYTES,
    })
    return stdout
  }
  const up = (...services: readonly string[]) =>
    compose('up', '--no-build', '--wait', '--wait-timeout', String(UP_TIMEOUT_SECONDS), ...services)
  const stop = async () => {
    // The README's way, so that what it leaves is seen here, too.
    await compose('--profile', '*', 'down', '--volumes', '--timeout', '20')
    await receiver?.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await up()
  } catch (error) {
    const words = await compose('logs', '--tail', '5').catch(() => '')
    await stop()
    throw new Error(`Docker Compose did not come up.\n${words}`, { cause: error })
  }

  const queues = queuesOf(`http://127.0.0.1:${ports.ELASTICMQ_PORT}`, options.fifo ? '.fifo' : '')
  const client = emulatorClient(queues.endpoint)
  const issuerUrl = `http://127.0.0.1:${ports.ISSUER_PORT}`
  const logs = () =>
    compose('logs', '--no-color', '--no-log-prefix', 'order-api', 'order-worker', 'notifier', 'gateway')
  const mailpitUrl = `http://127.0.0.1:${ports.MAIL_PAGE_PORT}`
  return {
    name: 'compose',
    apiUrl: `http://127.0.0.1:${ports.API_PORT}`,
    databaseUrl: `postgres://comanda:${DATABASE_PASSWORD}@127.0.0.1:${ports.POSTGRES_PORT}/comanda`,
    project,
    environment,
    issuerUrl,
    queues,
    prometheusUrl: `http://127.0.0.1:${ports.PROMETHEUS_PORT}`,
    alertmanagerUrl: `http://127.0.0.1:${ports.ALERTMANAGER_PORT}`,
    logsCommand: `docker compose -p ${project} logs`,
    token: (request) => tokenFrom(issuerUrl, request),
    mails: () => readMailpit(mailpitUrl),
    depths: () => readDepths(client, queues),
    logs,
    metrics: async (accept = ANY_FORMAT) =>
      (
        await Promise.all(
          SERVICES.map((name) =>
            compose('exec', '-T', name, '/usr/local/bin/node', '-e', metricsScript(accept)),
          ),
        )
      ).join(''),
    ...(receiver === undefined
      ? {}
      : { traces: () => Promise.resolve(receiver.text), spans: receiver.spans }),
    async containersOf(name) {
      const names = await compose('ps', '--all', '--format', '{{.Name}}', name)
      return names.trim().split('\n').toSorted()
    },
    async restarts() {
      const ids = (await compose('ps', '--quiet', ...SERVICES)).trim().split('\n')
      const { stdout } = await run('docker', ['inspect', '--format', '{{.RestartCount}}', ...ids])
      return stdout
        .trim()
        .split('\n')
        .reduce((sum, count) => sum + Number(count), 0)
    },
    async saveLogs() {
      const saved = await mkdtemp(join(tmpdir(), 'comanda-logs-'))
      await writeFile(join(saved, 'services.log'), await logs())
      return saved
    },
    secrets: [DATABASE_PASSWORD, SERVICES_PASSWORD, receiptKey],
    faults: {
      async killService(name, whileAway) {
        await compose('kill', name)
        // Who is killed by hand is not started again by the engine.
        await Promise.resolve(whileAway?.()).finally(() => up('--no-deps', name))
      },
      async crashPostgres(awayMs) {
        await compose('kill', 'postgres')
        await delay(awayMs)
        await up('--no-deps', 'postgres')
      },
      answerMails: ({ code }) => answerMailpit(mailpitUrl, code),
    },
    async stop() {
      client.destroy()
      await stop()
    },
  }
}

/** Where containers find this machine: the engine's bridge. */
async function bridgeAddress(): Promise<string> {
  const format = '{{(index .IPAM.Config 0).Gateway}}'
  return (await run('docker', ['network', 'inspect', 'bridge', '--format', format])).stdout.trim()
}

function overrideOf(options: ComposeTargetOptions) {
  const { settings = {}, replicas = {}, services: more = {}, withoutTools = false } = options
  const services = SERVICES.map(
    (name) =>
      [
        name,
        {
          environment: settings[name] ?? {},
          scale: replicas[name] ?? 1,
          extra_hosts: ['host.docker.internal:host-gateway'],
          ...more[name],
          ...(withoutTools ? { tmpfs: ['/usr/bin', '/usr/sbin'] } : {}),
        },
      ] as const,
  )
  // What refusals are ordered by (`answerMails`).
  const mailpit = { environment: { MP_ENABLE_CHAOS: 'true' } }
  return { services: { ...more, ...Object.fromEntries(services), mailpit } }
}
