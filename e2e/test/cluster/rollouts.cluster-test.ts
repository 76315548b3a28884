import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startClusterTarget } from '../../src/targets/index.js'
import type { ClusterTarget } from '../../src/targets/index.js'
import { eventually } from '../support/eventually.js'
import { observe } from '../support/ledger-check.js'
import { mailedEventIds } from '../support/mailbox.js'
import type { Shop } from '../support/shop.js'
import { standOn } from '../support/stand.js'
import type { Stand } from '../support/stand.js'
import { startLoad } from './load.js'
import type { LoadReport } from './load.js'

const ROUNDS = Number(process.env['COMANDA_ROLLOUTS'] ?? 5)
const PER_SECOND = Number(process.env['COMANDA_ROLLOUT_RATE'] ?? 40)
const SERVICES = ['order-api', 'order-worker', 'notifier'] as const
const TIMEOUT_MS = 900_000

describe('while orders come', () => {
  let target: ClusterTarget
  let stand: Stand
  let shop: Shop
  beforeAll(async () => {
    target = await startClusterTarget({
      values: ['orderApi.replicas=2', 'orderWorker.replicas=2', 'notifier.replicas=2'],
    })
    stand = standOn(target)
    shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 1_000_000 } })
  }, TIMEOUT_MS)
  afterAll(() => target.stop(), TIMEOUT_MS)

  /** Runs something under load; then everything must be decided and mailed once, and no request may have failed. */
  async function underLoad(what: () => Promise<unknown>): Promise<LoadReport> {
    const soldBefore = 1_000_000 - (await shop.available('HEART'))
    const mailedBefore = new Set(await mailedEventIds(target)).size
    const load = startLoad(shop, 'HEART', PER_SECOND)
    await eventually('the first answers', () => load.answered >= PER_SECOND)
    await what().catch(async (error: unknown) => {
      await load.stop()
      throw error
    })
    const report = await load.stop()
    const { violations } = await stand.drained(120_000)

    expect(report.failures).toEqual([])
    expect(violations).toEqual([])
    expect(new Set(report.acceptedIds).size).toBe(report.sent)
    const [stored] = await observe<{ count: number }>(
      target.databaseUrl,
      'select count(*)::int as count from orders where id = any($1) and status = $2',
      [report.acceptedIds, 'confirmed'],
    )
    expect(stored?.count).toBe(report.sent)
    expect(1_000_000 - (await shop.available('HEART')) - soldBefore).toBe(report.sent)
    expect(new Set(await mailedEventIds(target)).size - mailedBefore).toBe(report.sent)
    process.stdout.write(`   ${report.sent} orders, ${report.failures.length} failed\n`)
    return report
  }

  const rolledOut = (name: string) =>
    target.kubectl('rollout', 'status', `deployment/comanda-${name}`, '--timeout', '180s')

  it(
    `replaces every pod ${ROUNDS} times without a failed request or a second effect`,
    async () => {
      await underLoad(async () => {
        for (let round = 1; round <= ROUNDS; round += 1) {
          for (const name of SERVICES) {
            await target.kubectl('rollout', 'restart', `deployment/comanda-${name}`)
            await rolledOut(name)
          }
        }
      })
    },
    TIMEOUT_MS,
  )

  it(
    'evicts every pod, one of a service at a time, and refuses more by the disruption budget',
    async () => {
      await underLoad(async () => {
        for (const name of SERVICES) {
          const pods = await podsOf(target, name)
          const evicted = await Promise.all(pods.map((pod) => target.evict(pod)))
          expect(evicted.toSorted()).toEqual(['evicted', 'refused'])
          await rolledOut(name)
          const left = pods[evicted.indexOf('refused')]!
          await eventually(
            `the eviction of ${left}`,
            async () => (await target.evict(left)) === 'evicted',
            120_000,
          )
          await rolledOut(name)
        }
      })
    },
    TIMEOUT_MS,
  )

  it(
    'loses and doubles no order when pods of worker and notifier are deleted at once',
    async () => {
      await underLoad(async () => {
        for (let round = 1; round <= 3; round += 1) {
          for (const name of ['order-worker', 'notifier']) {
            const [pod] = await podsOf(target, name)
            await target.kubectl('delete', 'pod', pod!, '--grace-period=0', '--force')
          }
          await Promise.all(SERVICES.map(rolledOut))
        }
      })
    },
    TIMEOUT_MS,
  )

  it(
    'upgrades to another configuration, migrates on the way, and rolls back',
    async () => {
      await underLoad(async () => {
        await target.upgrade(['orderApi.settings.LOG_LEVEL=warn', 'orderWorker.settings.CONCURRENCY=3'])
        await target.rollback()
      })
    },
    TIMEOUT_MS,
  )

  it(
    'leaves nothing but the volume of the development database when it is uninstalled',
    async () => {
      await target.uninstall()
      const left = await eventually(
        'the end of all pods',
        async () => {
          const kinds =
            'all,configmaps,secrets,serviceaccounts,networkpolicies,poddisruptionbudgets,persistentvolumeclaims'
          const custom =
            'gateways,httproutes,envoyproxies,clienttrafficpolicies,backendtrafficpolicies,securitypolicies'
          const names = (await target.kubectl('get', `${kinds},${custom}`, '--output', 'name')).split('\n')
          return names.some((name) => name.startsWith('pod/')) ? false : names
        },
        120_000,
      )

      const ofTheCluster = ['', 'configmap/kube-root-ca.crt', 'serviceaccount/default']
      expect(left.filter((name) => !ofTheCluster.includes(name))).toEqual([
        'persistentvolumeclaim/data-comanda-postgres-0',
      ])
    },
    TIMEOUT_MS,
  )
})

async function podsOf(target: ClusterTarget, name: string): Promise<readonly string[]> {
  const selector = `app.kubernetes.io/component=${name}`
  const found = await target.kubectl(
    ...['get', 'pods', '--selector', selector, '--field-selector', 'status.phase=Running'],
    ...['--output', 'jsonpath={.items[*].metadata.name}'],
  )
  return found.split(' ').filter((pod) => pod !== '')
}
