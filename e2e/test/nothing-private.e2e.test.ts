import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { TargetFaults } from '../src/targets/index.js'
import { eventually } from './support/eventually.js'
import { observe } from './support/ledger-check.js'
import { FREE_TEXT, PERSONAL } from './support/log-canary.js'
import { PATIENCE } from './support/patience.js'
import { newKey, orderOf, place, settledOrder } from './support/shop.js'
import type { Shop } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'
import { faultsOf } from './support/target-under-test.js'

/** How a mail server words a refusal: with the address, and with what it was given. */
const GOSSIP = `<${PERSONAL.mailbox}@shop.example> ${PERSONAL.name}: ${FREE_TEXT}`

describe('whatever breaks', () => {
  let stand: Stand
  let faults: TargetFaults
  let shop: Shop
  beforeAll(async () => {
    stand = await startStand({ quickRecovery: true, traced: true })
    faults = faultsOf(stand.target)
    shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 100, name: FREE_TEXT } })
  })
  afterAll(() => stand.stop())

  const deliveries = async (status: string) => {
    const sql = 'select count(*) from deliveries where status = $1'
    return Number((await observe<{ count: string }>(stand.target.databaseUrl, sql, [status]))[0]?.count)
  }
  const putOff = async () => {
    const sql = `select count(*) from deliveries where status = 'pending' and last_error is not null`
    return Number((await observe<{ count: string }>(stand.target.databaseUrl, sql))[0]?.count)
  }
  const order = () => orderOf('HEART', 1, { metadata: { note: FREE_TEXT } })

  it(
    'a mail server that quotes the customer is not quoted',
    async () => {
      await faults.answerMails({ code: 550, text: GOSSIP })
      await settledOrder(shop, await place(shop, order()))
      await eventually('a dead notification', async () => (await deliveries('dead')) === 1)

      await faults.answerMails({ code: 450, text: GOSSIP })
      await settledOrder(shop, await place(shop, order()))
      await eventually('a notification that is put off', async () => (await putOff()) === 1)
      await faults.answerMails({ code: 250 })
    },
    60_000 * PATIENCE,
  )

  it('refusals of every kind quote nothing of what was sent', async () => {
    const broken = JSON.stringify(order()).slice(0, -10)
    const statuses = await Promise.all(
      [
        { body: order(), key: `${FREE_TEXT} is no key` },
        { raw: broken, key: newKey() },
        { raw: Buffer.concat([Buffer.from(broken), Buffer.from([0xff])]), key: newKey() },
        { body: { ...order(), currency: PERSONAL.name }, key: newKey() },
        {
          body: { ...order(), customer: { email: PERSONAL.street, name: PERSONAL.name.repeat(50) } },
          key: newKey(),
        },
        { body: { ...order(), lines: [{ sku: FREE_TEXT, quantity: FREE_TEXT }] }, key: newKey() },
        { body: { ...order(), shipTo: { ...PERSONAL } }, key: newKey() },
        { body: order(), key: newKey(), headers: { 'content-type': `text/${PERSONAL.city}` } },
        { body: order(), key: newKey(), headers: { authorization: `Bearer ${PERSONAL.city}` } },
        { body: order(), key: newKey(), headers: { accept: `text/${PERSONAL.city}` } },
      ].map(async (options) => (await shop.request('POST', '/v1/orders', options)).status),
    )
    const path = await shop.request('GET', `/v1/orders/${PERSONAL.city}?receipt=${PERSONAL.city}`)
    const query = await shop.request('GET', `/v1/orders?cursor=${PERSONAL.city}&status=${PERSONAL.city}`)
    const nowhere = await shop.request('GET', `/v1/${PERSONAL.city}?email=${PERSONAL.mailbox}`)

    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true)
    expect([path.status, query.status, nowhere.status]).toEqual([404, 400, 404])
  })

  it(
    'a database that goes away in the middle, and services that are killed, leave no trace of what they held',
    async () => {
      const away = faults.crashPostgres(1_500)
      const placed = await Promise.all(Array.from({ length: 10 }, () => place(shop, order())))
      const unreadable = await shop.request('GET', placed[0]!.location)
      await away
      await Promise.all([faults.killService('order-worker'), faults.killService('notifier')])
      await Promise.all(placed.map((one) => settledOrder(shop, one)))
      await faults.killService('order-api')
      await settledOrder(shop, await place(shop, order()))

      expect([200, 503]).toContain(unreadable.status)
      await eventually('the end of all mails', async () => (await deliveries('pending')) === 0, 30_000)
    },
    60_000 * PATIENCE,
  )

  it('no log, metric, trace or refusal holds a name, an address, a token, a receipt, a key or a password', async () => {
    expect(stand.canary.count).toBeGreaterThan(20)
    expect(stand.target.secrets.length).toBeGreaterThanOrEqual(2)
    // Where spans are collected at all.
    expect(stand.target.spans?.length ?? Infinity).toBeGreaterThan(100)
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
