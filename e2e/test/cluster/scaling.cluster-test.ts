import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scalingPlot } from '../../src/cluster/scaling-plot.js'
import type { Sample } from '../../src/cluster/scaling-plot.js'
import { startClusterTarget } from '../../src/targets/index.js'
import type { ClusterTarget, QueueDepth } from '../../src/targets/index.js'
import { startBurst } from '../support/burst.js'
import { observe } from '../support/ledger-check.js'
import { mailedEventIds } from '../support/mailbox.js'
import { orderOf } from '../support/shop.js'
import type { Shop } from '../support/shop.js'
import { standOn } from '../support/stand.js'
import type { Stand } from '../support/stand.js'

const ORDERS = Number(process.env['COMANDA_SCALING_ORDERS'] ?? 5_000)
/** File for the plot of the run; none where it is not set. */
const PLOT = process.env['COMANDA_SCALING_PLOT']
const TIMEOUT_MS = 1_800_000
const SAMPLE_MS = 2_000
/** Quick enough for a test; the pace of a scale-in stays longer than a drain. */
const scaled = (name: string) => [
  `${name}.autoscaling.enabled=true`,
  `${name}.autoscaling.minReplicas=1`,
  `${name}.autoscaling.maxReplicas=4`,
  `${name}.autoscaling.pollingIntervalSeconds=5`,
  `${name}.autoscaling.scaleDown.stabilizationWindowSeconds=20`,
  `${name}.autoscaling.scaleDown.periodSeconds=20`,
]

describe(`${ORDERS} queued orders`, () => {
  let target: ClusterTarget
  let stand: Stand
  let shop: Shop
  beforeAll(async () => {
    target = await startClusterTarget({ values: [...scaled('orderWorker'), ...scaled('notifier')] })
    stand = standOn(target)
    shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 1_000_000 } })
  }, TIMEOUT_MS)
  afterAll(() => target.stop(), TIMEOUT_MS)

  it(
    'bring workers and notifiers, are decided and mailed once each, and see both go again',
    async () => {
      const samples: Sample[] = []
      const start = performance.now()
      const look = async () => {
        const [{ orders, events }, pods] = await Promise.all([target.depths(), podsOf(target)])
        const seconds = Math.round((performance.now() - start) / 100) / 10
        samples.push({ seconds, orders: sizeOf(orders), events: sizeOf(events), ...pods })
        return samples.at(-1)!
      }
      // Held back, so that all of them wait in the queue before the first is decided.
      await target.pauseScaler('order-worker', 0)
      const burst = startBurst(
        shop,
        Array.from({ length: ORDERS }, () => orderOf('HEART')),
      )
      while (burst.answered < ORDERS) {
        await look()
        await Promise.race([burst.done, delay(SAMPLE_MS)])
      }
      const placed = await burst.done
      const waiting = await look()
      await target.pauseScaler('order-worker', undefined)

      const deadline = performance.now() + TIMEOUT_MS * 0.8
      for (;;) {
        const { orders, events, workers, notifiers } = await look()
        const most = Math.max(...samples.map((sample) => sample.workers))
        if (orders + events === 0 && workers === 1 && notifiers === 1 && most > 1) break
        if (performance.now() > deadline) throw new Error('the scalers did not come to rest')
        await delay(SAMPLE_MS)
      }
      const { violations } = await stand.drained(120_000)
      const title = `${ORDERS} queued orders: depth and pods over time`
      if (PLOT) await writeFile(PLOT, scalingPlot(title, samples))

      expect(waiting.orders).toBeGreaterThan(ORDERS * 0.9)
      expect(Math.max(...samples.map(({ workers }) => workers))).toBe(4)
      expect(Math.max(...samples.map(({ notifiers }) => notifiers))).toBeGreaterThan(1)
      expect(new Set(placed.map(({ id }) => id)).size).toBe(ORDERS)
      expect(violations).toEqual([])
      const [stored] = await observe<{ count: number }>(
        target.databaseUrl,
        "select count(*)::int as count from orders where status = 'confirmed'",
      )
      expect(stored?.count).toBe(ORDERS)
      expect(await shop.available('HEART')).toBe(1_000_000 - ORDERS)
      expect(new Set(await mailedEventIds(target)).size).toBe(ORDERS)
    },
    TIMEOUT_MS,
  )
})

function sizeOf({ visible, inFlight, delayed }: QueueDepth): number {
  return visible + inFlight + delayed
}

async function podsOf(target: ClusterTarget): Promise<Pick<Sample, 'workers' | 'notifiers'>> {
  const found = await target.kubectl(
    ...['get', 'deployments', 'comanda-order-worker', 'comanda-notifier'],
    ...['--output', 'jsonpath={.items[*].spec.replicas}'],
  )
  const [workers = 0, notifiers = 0] = found.split(' ').map(Number)
  return { workers, notifiers }
}
