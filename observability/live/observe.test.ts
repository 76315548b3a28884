import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { EMULATOR_ENVIRONMENT, administer, emulatorClient } from '@comanda/e2e/embedded'
import { startEmbeddedTarget } from '@comanda/e2e/targets'
import type { EmbeddedTarget } from '@comanda/e2e/targets'
import { panelsOf, queriesOf } from '../src/checks/lint-dashboard.js'
import { dashboards } from '../src/dashboards/index.js'
import { RULES_FOLDER, RUNBOOKS_FOLDER } from '../src/folders.js'
import { selectorsOf } from '../src/promql/selectors.js'
import { readRuleFiles, rulesOf } from '../src/rules.js'
import { readRunbook } from '../src/runbooks.js'
import { startPrometheus } from './prometheus.js'
import type { LivePrometheus } from './prometheus.js'
import { openShop } from './replayed-shop.js'
import type { ReplayedShop } from './replayed-shop.js'
import { DEADLINE_MS, alertIs, until } from './until.js'

/** The figures of a run, beside the names of the tests. */
const say = (line: string) => process.stdout.write(`${line}\n`)
const fast = { QUEUE_DEPTH_INTERVAL_MS: '500', BACKOFF_FIRST_SECONDS: '1', BACKOFF_MAX_SECONDS: '1' }

let target: EmbeddedTarget
let prometheus: LivePrometheus
let shop: ReplayedShop

beforeAll(async () => {
  target = await startEmbeddedTarget({
    clientIds: ['storefront'],
    settings: { 'order-api': { QUEUE_DEPTH_INTERVAL_MS: '500' }, 'order-worker': fast, notifier: fast },
  })
  prometheus = await startPrometheus(process.env['COMANDA_PROMETHEUS']!, target.adminPorts)
  shop = await openShop(target)
}, DEADLINE_MS)

afterAll(async () => {
  await shop.close()
  await prometheus.stop()
  await target.stop()
}, DEADLINE_MS)

/** What the reader's choices and Grafana make of a panel's query. */
const asked = (expr: string) =>
  expr
    .replaceAll('$__rate_interval', '20s')
    .replaceAll('$__range', '1m')
    .replaceAll('$namespace', 'live')
    .replaceAll('$service', '.+')

describe('a real Prometheus that scrapes the live services under replay', () => {
  it(
    'answers the query of every panel with data',
    async () => {
      const queries = Object.values(dashboards()).flatMap((dashboard) =>
        panelsOf(dashboard).flatMap(queriesOf),
      )
      let silent = queries

      await until('data for every panel', async () => {
        const answers = await Promise.all(silent.map((expr) => prometheus.query(asked(expr))))
        silent = silent.filter((_, index) => answers[index]!.length === 0)
        return silent.length === 0 || silent
      })

      expect(queries.length).toBeGreaterThan(60)
      say(`${queries.length} queries of panels, each with data`)
    },
    2 * DEADLINE_MS,
  )

  it(
    'evaluates every rule without an error, over metrics that all have data',
    async () => {
      const files = await readRuleFiles(RULES_FOLDER)
      const wanted = new Set(
        files.flatMap((file) =>
          rulesOf(file).flatMap(({ expr }) => selectorsOf(expr).map(({ metric }) => metric)),
        ),
      )
      let silent = [...wanted]

      await until('data for every metric of a rule', async () => {
        const answers = await Promise.all(silent.map((metric) => prometheus.query(`count(${metric})`)))
        silent = silent.filter((_, index) => answers[index]!.length === 0)
        return silent.length === 0 || silent
      })

      const rules = await prometheus.rules()
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([])
      expect(rules).toHaveLength(files.flatMap(rulesOf).length)
      say(`${rules.length} rules over ${wanted.size} metrics, none with an error`)
    },
    2 * DEADLINE_MS,
  )

  it('sees few series, and no label that names a person or a thing', async () => {
    const text = await target.metrics()

    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    say(`${series.length} series of three services`)
    expect(series.length).toBeLessThan(3_000)
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/)
    expect(text).not.toContain('@')
  })
})

/** Rejects where Prometheus cannot answer what the runbook of an alert asks. */
async function answersQueriesOf(alert: string): Promise<void> {
  const { queries } = await readRunbook(alert)
  await Promise.all(queries.map((expr) => prometheus.query(expr)))
}

// The commands for Compose are run as they stand in compose.docker-test.ts.
describe('the fault that a runbook describes', () => {
  it(
    'OrderQueueStalled: fires while no worker runs, and ends when it is started again',
    async () => {
      await target.faults.killService('order-worker', async () => {
        await alertIs(prometheus, 'OrderQueueStalled', 'firing')
        await answersQueriesOf('OrderQueueStalled')
      })

      await alertIs(prometheus, 'OrderQueueStalled', 'inactive')
    },
    2 * DEADLINE_MS,
  )

  it(
    'PostgresAway: fires while Postgres is away, and ends when it is back',
    async () => {
      const away = target.faults.crashPostgres(20_000)
      await alertIs(prometheus, 'PostgresAway', 'firing')
      await answersQueriesOf('PostgresAway')
      await away

      await alertIs(prometheus, 'PostgresAway', 'inactive')
    },
    2 * DEADLINE_MS,
  )

  it(
    'DeadLetterNotEmpty: fires for orders that the worker may not store; the redrive of its runbook heals it',
    async () => {
      const { queues } = target
      const client = emulatorClient(queues.endpoint)
      const policy = (maxReceiveCount: number) =>
        client.send(
          new SetQueueAttributesCommand({
            QueueUrl: queues.orders,
            Attributes: {
              RedrivePolicy: JSON.stringify({
                deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:000000000000:orders-dead-letter',
                maxReceiveCount,
              }),
            },
          }),
        )
      await policy(2)
      await administer(target.databaseUrl, 'revoke insert on orders from comanda_order_worker')
      await alertIs(prometheus, 'DeadLetterNotEmpty', 'firing')
      await answersQueriesOf('DeadLetterNotEmpty')

      // The repair that the runbook asks for, and then its command as it stands there, with the settings of the chart's pods.
      await administer(target.databaseUrl, 'grant insert on orders to comanda_order_worker')
      await policy(20)
      const { commands } = await readRunbook('DeadLetterNotEmpty')
      const [redrive] = commands('Mitigation', 'Kubernetes')
      const [, command] = /^kubectl exec \S+ -- \/usr\/local\/bin\/node (.+)$/.exec(redrive!)!
      const { status, stdout, stderr } = spawnSync(process.execPath, command!.split(' '), {
        cwd: join(RUNBOOKS_FOLDER, '../..'),
        encoding: 'utf8',
        env: {
          ...EMULATOR_ENVIRONMENT,
          SQS_ENDPOINT: queues.endpoint,
          ORDERS_QUEUE_URL: queues.orders,
        },
      })

      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout).toMatch(/^[1-9]\d* messages were sent back/)
      await alertIs(prometheus, 'DeadLetterNotEmpty', 'inactive')
      client.destroy()
    },
    2 * DEADLINE_MS,
  )
})
