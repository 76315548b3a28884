import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startClusterTarget } from '../../src/targets/index.js'
import type { ClusterTarget, QueueDepth, ServiceName } from '../../src/targets/index.js'
import { eventually } from '../support/eventually.js'
import { observe } from '../support/ledger-check.js'
import { standOn } from '../support/stand.js'
import { openLoadedShop } from './loaded-shop.js'
import type { LoadedShop } from './loaded-shop.js'
import { itLeavesOnlyDeclaredData } from './uninstall.js'

const TIMEOUT_MS = 900_000
/** So many messages of one release wait at least before the other one comes. */
const WAITING = 40
const NEXT_CHART = process.env['COMANDA_NEXT_CHART']
const NEXT_TAG = `${process.env['COMANDA_IMAGE_TAG']}-next`
/** The images of the next release: another migration, and newer versions of two messages (e2e/next-release.patch). */
const NEXT_IMAGES = ['orderApi', 'orderWorker', 'notifier'].map((name) => `${name}.image.tag=${NEXT_TAG}`)

describe('the next release, with a migration and newer messages', () => {
  let target: ClusterTarget
  let shop: LoadedShop
  beforeAll(async () => {
    target = await startClusterTarget({
      values: [
        ...['orderApi.replicas=2', 'orderWorker.replicas=2', 'notifier.replicas=2'],
        // Twenty receives in vain take a minute instead of hours; longer than a rollout all the same.
        ...['orderWorker.settings.BACKOFF_MAX_SECONDS=4', 'notifier.settings.BACKOFF_MAX_SECONDS=4'],
      ],
    })
    shop = await openLoadedShop(target, standOn(target))
  }, TIMEOUT_MS)
  afterAll(() => target.stop(), TIMEOUT_MS)

  const upgrade = () => {
    if (NEXT_CHART === undefined) throw new Error('COMANDA_NEXT_CHART names no chart of the next release')
    return target.upgrade(NEXT_IMAGES, NEXT_CHART)
  }
  const count = async (query: string, ids: readonly string[] = []) => {
    const counted = `select count(*)::int as count from ${query}`
    const [row] = await observe<{ count: number }>(target.databaseUrl, counted, ids.length > 0 ? [ids] : [])
    return row!.count
  }
  /** The next release alone says who priced an order. */
  const ofOlder = (ids: readonly string[]) => count('orders where priced_by is null and id = any($1)', ids)
  const ofNext = (ids: readonly string[]) => count('orders where priced_by is not null and id = any($1)', ids)
  const withhold = async (name: ServiceName) => {
    await target.kubectl('scale', `deployment/comanda-${name}`, '--replicas=0')
    const pods = ['--selector', `app.kubernetes.io/component=${name}`]
    await target.kubectl('wait', 'pods', ...pods, '--for=delete', '--timeout=120s')
  }

  it(
    'comes without a failed request, while pods of both releases read and write both versions',
    async () => {
      const { acceptedIds } = await shop.underLoad(upgrade)

      expect(await ofOlder(acceptedIds)).toBeGreaterThan(0)
      expect(await ofNext(acceptedIds)).toBeGreaterThan(0)
      expect(await count("schema_migrations where name = '9000_priced_by'")).toBe(1)
    },
    TIMEOUT_MS,
  )

  it(
    'goes while both queues hold both versions: what the older one cannot read waits, ends nowhere, and is redriven once it is back',
    async () => {
      const { acceptedIds } = await shop.underLoad(
        async () => {
          // Held back, so that events and orders of the next release wait for certain when the older one comes.
          await withhold('notifier')
          await eventually('events', async () => sizeOf((await target.depths()).events) >= WAITING)
          await withhold('order-worker')
          await eventually('orders', async () => sizeOf((await target.depths()).orders) >= WAITING)
          await target.rollback()
        },
        async (report) => {
          await eventually(
            'everything to be decided or dead-lettered',
            async () => {
              const { orders, events } = await target.depths()
              return sizeOf(orders) + sizeOf(events) === 0
            },
            200_000,
          )
          const { ordersDeadLetter, eventsDeadLetter } = await target.depths()
          const undecided = report.sent - (await count('orders where id = any($1)', report.acceptedIds))
          process.stdout.write(
            `   after the rollback ${undecided} orders and ${sizeOf(eventsDeadLetter)} events of the next release wait\n`,
          )

          expect(undecided).toBeGreaterThanOrEqual(WAITING)
          expect(sizeOf(ordersDeadLetter)).toBe(undecided)
          expect(sizeOf(eventsDeadLetter)).toBeGreaterThanOrEqual(WAITING)
          expect(await ofOlder(report.acceptedIds)).toBeGreaterThan(0)
          expect(await count("orders where status <> 'confirmed' and id = any($1)", report.acceptedIds)).toBe(
            0,
          )
          expect((await count('parked_messages')) + (await count('parked_events'))).toBe(0)

          await upgrade()
          // As docs/operate.md has it.
          expect(await target.command('order-worker', 'redrive')).toMatch(/^[1-9]\d* messages were sent back/)
          expect(await target.command('notifier', 'redrive')).toMatch(/^[1-9]\d* messages were sent back/)
        },
      )

      expect(await ofNext(acceptedIds)).toBeGreaterThanOrEqual(WAITING)
      const [older, next, ...later] = await target.chartHistory()
      expect(next).not.toBe(older)
      expect(later).toEqual([older, next])
    },
    TIMEOUT_MS,
  )

  itLeavesOnlyDeclaredData(() => target, TIMEOUT_MS)
})

function sizeOf({ visible, inFlight, delayed }: QueueDepth): number {
  return visible + inFlight + delayed
}
