import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
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
import { startPrometheus } from './prometheus.js'
import type { LivePrometheus } from './prometheus.js'
import { openShop } from './replayed-shop.js'
import type { ReplayedShop } from './replayed-shop.js'

/** The figures of a run, beside the names of the tests. */
const say = (line: string) => process.stdout.write(`${line}\n`)
const DEADLINE_MS = 120_000
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

/** Looks until it holds; fails with the last thing seen when it does not in time. */
async function until(what: string, look: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  for (;;) {
    const seen = await look()
    if (seen === true) return
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}: ${JSON.stringify(seen)}`)
    await delay(500)
  }
}

const alertIs = (alert: string, state: 'firing' | 'inactive') =>
  until(`${alert} to be ${state}`, async () => {
    const states = (await prometheus.rules()).filter(({ name }) => name === alert).map((rule) => rule.state)
    const reached = state === 'firing' ? states.includes('firing') : states.every((one) => one === 'inactive')
    return reached || states
  })

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
    DEADLINE_MS,
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
    DEADLINE_MS,
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

describe('the fault that a runbook describes', () => {
  it(
    'OrderQueueStalled: fires while no worker runs, and ends when it is started again',
    async () => {
      await target.faults.killService('order-worker', () => alertIs('OrderQueueStalled', 'firing'))

      await alertIs('OrderQueueStalled', 'inactive')
    },
    2 * DEADLINE_MS,
  )

  it(
    'PostgresAway: fires while Postgres is away, and ends when it is back',
    async () => {
      const away = target.faults.crashPostgres(20_000)
      await alertIs('PostgresAway', 'firing')
      await away

      await alertIs('PostgresAway', 'inactive')
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
      await alertIs('DeadLetterNotEmpty', 'firing')

      // The repair that the runbook asks for, and then its command as it stands there.
      await administer(target.databaseUrl, 'grant insert on orders to comanda_order_worker')
      await policy(20)
      const runbook = await readFile(join(RUNBOOKS_FOLDER, 'DeadLetterNotEmpty.md'), 'utf8')
      const [, command] = /-- \/usr\/local\/bin\/node (services\/order-worker\/\S+ redrive)/.exec(runbook)!
      const { status, stdout, stderr } = spawnSync(process.execPath, command!.split(' '), {
        cwd: join(RUNBOOKS_FOLDER, '../..'),
        encoding: 'utf8',
        env: {
          ...EMULATOR_ENVIRONMENT,
          SQS_ENDPOINT: queues.endpoint,
          ORDERS_QUEUE_URL: queues.orders,
          ORDERS_DEAD_LETTER_QUEUE_URL: queues.ordersDeadLetter,
        },
      })

      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout).toMatch(/^[1-9]\d* messages were sent back/)
      await alertIs('DeadLetterNotEmpty', 'inactive')
      client.destroy()
    },
    2 * DEADLINE_MS,
  )
})
