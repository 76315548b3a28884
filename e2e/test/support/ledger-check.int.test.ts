import { describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '../../src/embedded/index.js'
import { administer } from '../../src/embedded/test-environment.js'
import { checkLedger } from './ledger-check.js'

const [ORDER, OTHER] = ['00000000-0000-8000-8000-000000000001', '00000000-0000-8000-8000-000000000002']
const [EVENT, STOCKING] = ['00000000-0000-8000-8000-00000000000e', '00000000-0000-8000-8000-00000000000c']

/** A shop with 10 pieces, of which a confirmed order took 4; its customer was told. */
const CLEAN = `
insert into products (account_id, sku, price, currency, available, put_at) values ('shop', 'HEART', 2.5, 'GBP', 6, now());
insert into stock_movements (command_id, account_id, sku, order_id, kind, quantity)
  values ('${STOCKING}', 'shop', 'HEART', null, 'adjusted', 10), ('${ORDER}', 'shop', 'HEART', '${ORDER}', 'sold', -4);
insert into orders (id, account_id, actor, status, version, total, line_count, idempotency_key, accepted_at)
  values ('${ORDER}', 'shop', 'storefront', 'confirmed', 1, 10, 1, 'key', now());
insert into order_lines (order_id, line_no, sku, quantity, unit_price, amount) values ('${ORDER}', 1, 'HEART', 4, 2.5, 10);
insert into order_contacts (order_id, email) values ('${ORDER}', 'a@shop.example');
insert into idempotency_keys (account_id, actor, key, order_id) values ('shop', 'storefront', 'key', '${ORDER}');
insert into order_timeline (order_id, version, status, actor, command_id)
  values ('${ORDER}', 1, 'confirmed', 'storefront', '${ORDER}');
insert into deliveries (event_id, channel, endpoint_id, account_id, order_id, event_type, version, status, occurred_at, finished_at)
  values ('${EVENT}', 'email', 'customer', 'shop', '${ORDER}', 'comanda.order.confirmed.v1', 1, 'sent', now(), now());`

const BROKEN: readonly (readonly [string, string])[] = [
  ['stock is the sum of its movements', `update products set available = 7`],
  ['every movement is of a known product', `update stock_movements set sku = 'GONE' where kind = 'adjusted'`],
  ['an order holds what it sold', `update order_lines set quantity = 3, unit_price = 10.0 / 3`],
  ['an order holds what it sold', `update orders set status = 'cancelled'`],
  ['versions run from 1 to n without a gap', `update order_timeline set version = 2`],
  ['versions run from 1 to n without a gap', `delete from order_timeline`],
  ['the timeline ends where the order stands', `update order_timeline set status = 'shipped'`],
  [
    'a key has one order that was not refused for it',
    `insert into orders (id, account_id, actor, status, version, reason, idempotency_key, accepted_at)
     values ('${OTHER}', 'shop', 'storefront', 'rejected', 1, 'out_of_stock', 'key', now())`,
  ],
  ['an order owns its key unless it was refused for it', `update idempotency_keys set order_id = '${OTHER}'`],
  ['a confirmed total is the sum of its lines', `update orders set total = 10.0001`],
  [
    'every order is decided',
    `insert into orders (id, account_id, actor, status, version, accepted_at)
     values ('${OTHER}', 'shop', 'storefront', 'accepted', 0, now())`,
  ],
  [
    'nothing waits in the outbox',
    `insert into outbox (event_id, order_id, message_group, body) values ('${EVENT}', '${ORDER}', 'g', '{}')`,
  ],
  [
    'nothing was parked',
    `insert into parked_events (message_id, reason, body, receive_count, sent_at) values ('m', 'r', '{}', 1, now())`,
  ],
  ['every move of an order with an address became a notification', `delete from deliveries`],
  ['every notification is of a move of an order with an address', `update order_contacts set email = null`],
  ['every notification has ended well', `update deliveries set status = 'dead', last_error = 'refused'`],
]

describe('the checker of the ledger', () => {
  async function reportOn(change: string) {
    const database = await createTestDatabase()
    await administer(database.url, CLEAN + change)
    const report = await checkLedger(database.url)
    await database.drop()
    return report
  }

  it('finds nothing wrong with a ledger that is right, and counts it', async () => {
    expect(await reportOn('')).toEqual({
      violations: [],
      orders: 1,
      byOutcome: { confirmed: 1 },
      notifiable: 1,
      sentEventIds: [EVENT],
      superseded: 0,
    })
  })

  it.each(BROKEN)('sees that it is broken: %s (%s)', async (promise, change) => {
    const { violations } = await reportOn(change)

    expect(violations).toContainEqual(expect.stringMatching(new RegExp(`^${promise}.*: .+ \\(1\\)$`)))
  })
})
