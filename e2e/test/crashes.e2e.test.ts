import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ServiceName, TargetFaults } from '../src/targets/index.js'
import { startBurst } from './support/burst.js'
import { eventually } from './support/eventually.js'
import { observe } from './support/ledger-check.js'
import { mailedEventIds } from './support/mailbox.js'
import { PATIENCE } from './support/patience.js'
import { accepted, newKey, orderOf, place, settledOrder } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'
import { faultsOf } from './support/target-under-test.js'

const BURST = 300
/** More is ordered than there is, so that a lost or doubled order shows in the stock too. */
const STOCK = 250

describe('when a service is killed', () => {
  let stand: Stand
  let faults: TargetFaults
  beforeAll(async () => {
    stand = await startStand({ quickRecovery: true })
    faults = faultsOf(stand.target)
  })
  afterAll(() => stand.stop())

  const notified = async (account: string) => {
    const sql = `select count(*) from deliveries where account_id = $1 and status = 'sent'`
    return Number((await observe<{ count: string }>(stand.target.databaseUrl, sql, [account]))[0]?.count)
  }
  const decided = async (account: string) => {
    const sql = 'select count(*) from orders where account_id = $1 and version > 0'
    return Number((await observe<{ count: string }>(stand.target.databaseUrl, sql, [account]))[0]?.count)
  }

  /** Does something while no worker runs, and resolves with its result once one runs again. */
  const withoutWorker = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = Promise.withResolvers<Result>()
    await faults.killService('order-worker', async () => done.resolve(await work()))
    return done.promise
  }

  it.each<{ service: ServiceName }>([
    { service: 'order-api' },
    { service: 'order-worker' },
    { service: 'notifier' },
  ])(
    'loses and doubles nothing of 300 orders in whose middle $service dies',
    async ({ service }) => {
      const shop = await stand.openShop()
      await shop.stock({ HEART: { quantity: STOCK } })
      const mailsBefore = new Set(await mailedEventIds(stand.target)).size
      const effects: Record<ServiceName, (burst: { answered: number }) => Promise<boolean>> = {
        'order-api': async (burst) => burst.answered >= 50,
        'order-worker': async () => (await decided(shop.account)) >= 20,
        notifier: async () => (await notified(shop.account)) >= 20,
      }

      const burst = startBurst(
        shop,
        Array.from({ length: BURST }, () => orderOf('HEART')),
      )
      await eventually('the middle of the burst', () => effects[service](burst))
      const notifiedByThen = await notified(shop.account)
      await faults.killService(service)
      const placed = await burst.done
      const { violations } = await stand.drained(30_000)

      expect(notifiedByThen).toBeLessThan(BURST)
      expect(new Set(placed.map(({ id }) => id)).size).toBe(BURST)
      expect(violations).toEqual([])
      const outcomes = await observe(
        stand.target.databaseUrl,
        `select status, reason, count(*)::int as count from orders where account_id = $1 group by 1, 2 order by 1`,
        [shop.account],
      )
      expect(outcomes).toEqual([
        { status: 'confirmed', reason: null, count: STOCK },
        { status: 'rejected', reason: 'out_of_stock', count: BURST - STOCK },
      ])
      expect(await shop.available('HEART')).toBe(0)
      expect(new Set(await mailedEventIds(stand.target)).size).toBe(mailsBefore + BURST)
    },
    60_000 * PATIENCE,
  )

  it(
    'shows what it accepted while no worker runs, cancels it by its receipt, and takes no stock then',
    async () => {
      const shop = await stand.openShop()
      await shop.stock({ HEART: { quantity: 10 } })

      const whileAway = async () => {
        const order = await place(shop, orderOf('HEART', 4))
        const shown = await shop.request('GET', order.location)
        const withoutReceipt = await shop.request('GET', `/v1/orders/${order.id}`)
        const waiting = shop.request('GET', order.location, {
          headers: { 'if-none-match': '"0"', prefer: 'wait=20' },
        })
        const cancelWithoutReceipt = await shop.request('POST', `/v1/orders/${order.id}/cancel`)
        await accepted(shop.request('POST', order.location.replace('?', '/cancel?')))
        return { order, shown, withoutReceipt, waiting, cancelWithoutReceipt }
      }
      const { order, shown, withoutReceipt, waiting, cancelWithoutReceipt } = await withoutWorker(whileAway)
      const waited = await waiting
      const final = await settledOrder(shop, order, 'cancelled')

      expect(shown).toMatchObject({ status: 200, body: { id: order.id, status: 'accepted', version: 0 } })
      expect(shown.headers.get('etag')).toBe('"0"')
      expect(shown.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(withoutReceipt.status).toBe(404)
      expect(cancelWithoutReceipt.status).toBe(404)
      expect(waited.status).toBe(200)
      expect(waited.body.version).toBeGreaterThan(0)
      expect(final.timeline.at(-1)).toMatchObject({ status: 'cancelled' })
      expect(await shop.available('HEART')).toBe(10)
      expect((await stand.drained()).violations).toEqual([])
    },
    60_000 * PATIENCE,
  )

  it(
    'decides two bodies of one key that no worker has seen: one stands, one shows that the key was used',
    async () => {
      const shop = await stand.openShop()
      await shop.stock({ HEART: { quantity: 10 } })
      const key = newKey()

      const orders = await withoutWorker(() =>
        Promise.all([1, 2].map((quantity) => place(shop, orderOf('HEART', quantity), key))),
      )
      const shown = await Promise.all(orders.map((order) => settledOrder(shop, order)))

      expect(shown.map(({ status }) => status).toSorted()).toEqual(['confirmed', 'rejected'])
      expect(shown.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: 'idempotency_key_reused',
      })
      expect((await stand.drained()).violations).toEqual([])
    },
    60_000 * PATIENCE,
  )

  it('writes nothing personal or secret into the logs, whatever breaks', async () => {
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
