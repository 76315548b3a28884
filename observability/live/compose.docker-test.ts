import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { administer } from '@comanda/e2e/embedded'
import { startComposeTarget } from '@comanda/e2e/targets'
import type { ComposeTarget } from '@comanda/e2e/targets'
import { REPOSITORY_FOLDER, RULES_FOLDER } from '../src/folders.js'
import { readRuleFiles, rulesOf } from '../src/rules.js'
import { readRunbook } from '../src/runbooks.js'
import { writeShortened } from '../src/shorten-rules.js'
import { createPrometheusClient } from './prometheus-client.js'
import type { PrometheusClient } from './prometheus-client.js'
import { openShop } from './replayed-shop.js'
import type { ReplayedShop } from './replayed-shop.js'
import { DEADLINE_MS, alertIs, until } from './until.js'

const SERVICES = ['notifier', 'order-api', 'order-worker']
const fast = { QUEUE_DEPTH_INTERVAL_MS: '500', BACKOFF_FIRST_SECONDS: '1', BACKOFF_MAX_SECONDS: '1' }

let folder: string
let target: ComposeTarget
let prometheus: PrometheusClient
let shop: ReplayedShop

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comanda-observe-'))
  await chmod(folder, 0o755)
  await writeShortened(await readRuleFiles(RULES_FOLDER), join(folder, 'rules'))
  // As it is shipped, but for the time that a test does not have.
  const shipped = await readFile(join(REPOSITORY_FOLDER, 'docker/prometheus/prometheus.yml'), 'utf8')
  const configuration = join(folder, 'prometheus.yml')
  await writeFile(configuration, shipped.replace(/(scrape_interval|evaluation_interval): \d+s/g, '$1: 1s'))
  target = await startComposeTarget({
    profiles: ['observe'],
    traced: true,
    settings: { 'order-api': { QUEUE_DEPTH_INTERVAL_MS: '500' }, 'order-worker': fast, notifier: fast },
    variables: { PROMETHEUS_CONFIG: configuration, PROMETHEUS_RULES: join(folder, 'rules') },
  })
  prometheus = createPrometheusClient(target.prometheusUrl)
  shop = await openShop(target)
}, 3 * DEADLINE_MS)

afterAll(async () => {
  await shop.close()
  await target.stop()
  await rm(folder, { recursive: true, force: true })
}, DEADLINE_MS)

/** Runs a command as whoever is paged would: in a shell, in the folder of the repository. Fails where it does. */
function shell(command: string): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
    cwd: REPOSITORY_FOLDER,
    env: { ...process.env, ...target.environment },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`)
  return stdout
}

/** Alerts that Alertmanager has from Prometheus and that are not resolved. */
async function pagedAlerts(): Promise<readonly string[]> {
  const alerts = await (await fetch(`${target.alertmanagerUrl}/api/v2/alerts`)).json()
  return (alerts as { labels: { alertname: string } }[]).map(({ labels }) => labels.alertname)
}

/** Follows a runbook from its alert on: what its diagnosis says, after the repair that it asks for what its mitigation says. */
async function followRunbook(alert: string, repair: () => Promise<unknown> = () => Promise.resolve()) {
  const { queries, commands } = await readRunbook(alert)
  await alertIs(prometheus, alert, 'firing')
  await until(`${alert} at Alertmanager`, async () => (await pagedAlerts()).includes(alert))
  await Promise.all(queries.map((expr) => prometheus.query(expr)))
  const found = commands('Diagnosis', 'Compose').map(shell)
  await repair()
  const done = commands('Mitigation', 'Compose').map(shell)
  await alertIs(prometheus, alert, 'inactive')
  return { found, done }
}

describe('docker compose --profile observe', () => {
  it('brings up a Prometheus and an Alertmanager that are ready, and know each other', async () => {
    for (const url of [target.prometheusUrl, target.alertmanagerUrl])
      expect((await fetch(`${url}/-/ready`)).status).toBe(200)
    expect(await prometheus.alertmanagers()).toEqual(['http://alertmanager:9093/api/v2/alerts'])
  })

  it(
    'scrapes every service, and evaluates every rule without an error',
    async () => {
      await until('every target to be up', async () => {
        const targets = await prometheus.targets()
        const up = targets.filter(({ health }) => health === 'up').map(({ labels }) => labels['service'])
        return SERVICES.every((service) => up.includes(service)) || targets
      })
      const known = (await readRuleFiles(RULES_FOLDER)).flatMap(rulesOf)
      await until('every rule to be evaluated', async () => {
        const rules = await prometheus.rules()
        return (rules.length === known.length && rules.every(({ health }) => health === 'ok')) || rules
      })
    },
    2 * DEADLINE_MS,
  )

  it(
    'keeps exemplars that lead from times to the traces of orders',
    async () => {
      await until('exemplars', async () => {
        const led = await prometheus.exemplars('order_decision_seconds_bucket{namespace="compose"}')
        const traces = new Set(target.spans?.map(({ traceId }) => traceId))
        return led.some((labels) => traces.has(labels['trace_id']!)) || led
      })
    },
    2 * DEADLINE_MS,
  )
})

describe('the runbook of an alert, followed as it stands', () => {
  it(
    'OrderQueueStalled starts a worker that is gone',
    async () => {
      shell('docker compose kill order-worker')

      const { found, done } = await followRunbook('OrderQueueStalled')

      expect(found[0]).toMatch(/order-worker.*Exited/)
      expect(done).toHaveLength(1)
    },
    3 * DEADLINE_MS,
  )

  it(
    'PostgresAway brings Postgres back',
    async () => {
      shell('docker compose kill postgres')

      const { found, done } = await followRunbook('PostgresAway')

      expect(found[0]).toMatch(/postgres.*Exited/)
      expect(done).toHaveLength(1)
    },
    3 * DEADLINE_MS,
  )

  it(
    'DeadLetterNotEmpty sends back what was repaired',
    async () => {
      await administer(target.databaseUrl, 'revoke insert on orders from comanda_order_worker')

      const { found, done } = await followRunbook('DeadLetterNotEmpty', () =>
        administer(target.databaseUrl, 'grant insert on orders to comanda_order_worker'),
      )

      expect(found.join('')).toContain('42501')
      expect(done[0]).toMatch(/^[1-9]\d* messages were sent back/)
      expect(done[1]).toMatch(/^0 messages were sent back/)
    },
    3 * DEADLINE_MS,
  )
})
