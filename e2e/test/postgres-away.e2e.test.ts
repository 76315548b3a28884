import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Answer } from './support/api-client.js'
import { eventually } from './support/eventually.js'
import { mailedEventIds } from './support/mailbox.js'
import { PATIENCE } from './support/patience.js'
import { newKey, orderOf, place, placedBy, settledOrder } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'
import { faultsOf } from './support/target-under-test.js'

const AWAY_MS = 3_000

describe('when Postgres crashes', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await startStand({ quickRecovery: true })
  })
  afterAll(() => stand.stop())

  it(
    'goes on to accept orders, guesses no state, and decides everything afterwards',
    async () => {
      const shop = await stand.openShop()
      await shop.stock({ HEART: { quantity: 1_000 } })
      const decided = await place(shop, orderOf('HEART'))
      await settledOrder(shop, decided)
      const posts: Promise<Answer>[] = []
      const post = (key = newKey(), quantity = 1) => {
        const body = orderOf('HEART', quantity)
        // A queue that is slow on a busy machine is asked again. That Postgres is away is no reason to refuse.
        const answer = eventually('the queue to confirm', async () => {
          const one = await shop.request('POST', '/v1/orders', { key, body })
          return one.body?.type !== 'urn:comanda:problem:queue_unavailable' && one
        })
        posts.push(answer)
        return answer
      }

      const burst = Array.from({ length: 50 }, () => post())
      await Promise.race(burst)
      const back = faultsOf(stand.target).crashPostgres(AWAY_MS)
      const known = await eventually('Postgres to be away', async () => {
        const answer = await shop.request('GET', decided.location)
        return answer.status === 503 && answer
      })
      const key = newKey()
      const fresh = placedBy(await post(key))
      const [unread, unreadWithoutReceipt, list] = await Promise.all([
        shop.request('GET', fresh.location),
        shop.request('GET', `/v1/orders/${fresh.id}`),
        shop.request('GET', '/v1/orders'),
      ])
      const reused = placedBy(await post(key, 2))
      await Promise.all(Array.from({ length: 100 }, () => post()))
      await back
      const answers = await Promise.all(posts)
      const shown = await Promise.all(answers.map((answer) => settledOrder(shop, placedBy(answer))))
      const { violations } = await stand.drained(30_000)

      for (const answer of [known, unread]) {
        expect(answer).toMatchObject({
          status: 503,
          body: { type: 'urn:comanda:problem:orders_unavailable', accepted: true },
        })
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      }
      for (const answer of [unreadWithoutReceipt, list]) {
        expect(answer.status).toBe(503)
        expect(answer.body).not.toHaveProperty('accepted')
      }
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
      const reasons = shown.map(({ status, reason }) => reason ?? status)
      expect(reasons.filter((reason) => reason === 'confirmed')).toHaveLength(151)
      expect(reasons.filter((reason) => reason === 'idempotency_key_reused')).toHaveLength(1)
      const ofKey = shown.filter(({ id }) => id === fresh.id || id === reused.id)
      expect(ofKey.map(({ status }) => status).toSorted()).toEqual(['confirmed', 'rejected'])
      expect(violations).toEqual([])
      expect(new Set(await mailedEventIds(stand.target)).size).toBe(153)
      const quantities: number[] = shown.map(({ status, lines }) =>
        status === 'confirmed' ? lines[0].quantity : 0,
      )
      const sold = quantities.reduce((sum, quantity) => sum + quantity, 1)
      expect(await shop.available('HEART')).toBe(1_000 - sold)
    },
    60_000 * PATIENCE,
  )

  it('writes nothing personal or secret into the logs', async () => {
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
