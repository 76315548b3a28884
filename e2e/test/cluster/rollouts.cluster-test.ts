import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startClusterTarget } from '../../src/targets/index.js'
import type { ClusterTarget } from '../../src/targets/index.js'
import { eventually } from '../support/eventually.js'
import { standOn } from '../support/stand.js'
import { openLoadedShop } from './loaded-shop.js'
import type { LoadedShop } from './loaded-shop.js'
import { itLeavesOnlyDeclaredData } from './uninstall.js'

const ROUNDS = Number(process.env['COMANDA_ROLLOUTS'] ?? 5)
/** Rounds of killing a pod of each consumer. */
const KILLS = 5
const SERVICES = ['order-api', 'order-worker', 'notifier'] as const
const TIMEOUT_MS = 900_000

describe('while orders come', () => {
  let target: ClusterTarget
  let shop: LoadedShop
  beforeAll(async () => {
    target = await startClusterTarget({
      values: ['orderApi.replicas=2', 'orderWorker.replicas=2', 'notifier.replicas=2'],
    })
    shop = await openLoadedShop(target, standOn(target))
  }, TIMEOUT_MS)
  afterAll(() => target.stop(), TIMEOUT_MS)

  const rolledOut = (name: string) =>
    target.kubectl('rollout', 'status', `deployment/comanda-${name}`, '--timeout', '180s')

  it(
    `replaces every pod ${ROUNDS} times without a failed request or a second effect`,
    async () => {
      await shop.underLoad(async () => {
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
      await shop.underLoad(async () => {
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
    'loses and doubles no order when any pods of worker and notifier are killed without a drain',
    async () => {
      await shop.underLoad(async () => {
        for (let round = 1; round <= KILLS; round += 1) {
          for (const name of ['order-worker', 'notifier']) {
            const pods = await podsOf(target, name)
            const pod = pods[Math.floor(Math.random() * pods.length)]!
            await target.kubectl('delete', 'pod', pod, '--grace-period=0', '--force')
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
      await shop.underLoad(async () => {
        await target.upgrade(['orderApi.settings.LOG_LEVEL=warn', 'orderWorker.settings.CONCURRENCY=3'])
        await target.rollback()
      })
    },
    TIMEOUT_MS,
  )

  itLeavesOnlyDeclaredData(() => target, TIMEOUT_MS)
})

async function podsOf(target: ClusterTarget, name: string): Promise<readonly string[]> {
  const selector = `app.kubernetes.io/component=${name}`
  const found = await target.kubectl(
    ...['get', 'pods', '--selector', selector, '--field-selector', 'status.phase=Running'],
    ...['--output', 'jsonpath={.items[*].metadata.name}'],
  )
  return found.split(' ').filter((pod) => pod !== '')
}
