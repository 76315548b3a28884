import pg from 'pg'

/** What the database of a target says about the promises, as this suite's own SQL sees it. */
export interface LedgerReport {
  /** Every broken promise with up to three of those that break it; none when all hold. */
  readonly violations: readonly string[]
  readonly orders: number
  /** Orders by status, rejected ones as `rejected: reason`. */
  readonly byOutcome: Readonly<Record<string, number>>
  /** Events that a customer has to hear of: every move of an order with an address. */
  readonly notifiable: number
  /** Ids of the events whose mails were sent. */
  readonly sentEventIds: readonly string[]
  /** Notifications that a newer one of their order made needless. */
  readonly superseded: number
}

/** Each selects what breaks the promise, as one column of text. */
const PROMISES: Readonly<Record<string, string>> = {
  'stock is the sum of its movements': `
    select p.account_id || '/' || p.sku from products p
    left join stock_movements m on m.account_id = p.account_id and m.sku = p.sku
    group by p.account_id, p.sku, p.available
    having p.available <> coalesce(sum(m.quantity), 0) or p.available < 0`,
  'every movement is of a known product': `
    select m.account_id || '/' || m.sku from stock_movements m
    where not exists (select from products p where p.account_id = m.account_id and p.sku = m.sku)`,
  'an order holds what it sold, SKU by SKU, and nothing when it did not stand': `
    select coalesce(held.order_id, due.order_id)::text from
      (select order_id, sku, sum(quantity) as quantity from stock_movements
       where order_id is not null group by order_id, sku having sum(quantity) <> 0) held
    full join
      (select l.order_id, l.sku, -sum(l.quantity) as quantity from order_lines l
       join orders o on o.id = l.order_id and o.status in ('confirmed', 'shipped', 'delivered')
       group by l.order_id, l.sku) due
    on due.order_id = held.order_id and due.sku = held.sku
    where held.quantity is distinct from due.quantity`,
  'versions run from 1 to n without a gap': `
    select o.id::text from orders o left join order_timeline t on t.order_id = o.id
    group by o.id having count(t.*) <> o.version or coalesce(max(t.version), 0) <> o.version
      or coalesce(min(t.version), 0) <> least(o.version, 1)`,
  'the timeline ends where the order stands': `
    select o.id::text from orders o join order_timeline t on t.order_id = o.id and t.version = o.version
    where t.status <> o.status`,
  'a key has one order that was not refused for it': `
    select account_id || '/' || actor from orders
    where idempotency_key is not null and reason is distinct from 'idempotency_key_reused'
    group by account_id, actor, idempotency_key having count(*) <> 1`,
  'an order owns its key unless it was refused for it': `
    select o.id::text from orders o
    left join idempotency_keys k on k.account_id = o.account_id and k.actor = o.actor and k.key = o.idempotency_key
    where o.idempotency_key is not null
      and coalesce(o.reason = 'idempotency_key_reused', false) = coalesce(k.order_id = o.id, false)`,
  'a confirmed total is the sum of its lines': `
    select o.id::text from orders o join order_lines l on l.order_id = o.id
    where o.total is not null group by o.id, o.total having sum(l.quantity * l.unit_price) <> o.total`,
  'every order is decided': `select id::text from orders where status = 'accepted'`,
  'nothing waits in the outbox': 'select event_id::text from outbox',
  'nothing was parked': `
    select message_id from parked_messages union all select message_id from parked_events`,
  'every move of an order with an address became a notification': `
    select t.order_id || ' v' || t.version from order_timeline t
    join order_contacts c on c.order_id = t.order_id and c.email is not null
    where t.refused is null and not exists (
      select from deliveries d where d.order_id = t.order_id and d.version = t.version)`,
  'every notification is of a move of an order with an address': `
    select d.order_id || ' v' || d.version from deliveries d where not exists (
      select from order_timeline t join order_contacts c on c.order_id = t.order_id and c.email is not null
      where t.order_id = d.order_id and t.version = d.version and t.refused is null)`,
  'every notification has ended well': `
    select event_id::text || ' ' || status from deliveries where status not in ('sent', 'superseded')`,
}

const OUTCOMES = `
select status || coalesce(': ' || reason, '') as outcome, count(*)::int as count from orders group by 1`
const NOTIFIABLE = `
select count(*)::int as count from order_timeline t
join order_contacts c on c.order_id = t.order_id and c.email is not null where t.refused is null`
const DELIVERIES = 'select event_id::text as id, status from deliveries'

/** Judges the whole database in one snapshot: what it reports was true at a single moment. */
export async function checkLedger(databaseUrl: string): Promise<LedgerReport> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin transaction isolation level repeatable read, read only')
    const violations: string[] = []
    for (const [promise, breakers] of Object.entries(PROMISES)) {
      const { rows } = await client.query<[string]>({ text: breakers, rowMode: 'array' })
      if (rows.length > 0) violations.push(`${promise}: ${rows.slice(0, 3).join(', ')} (${rows.length})`)
    }
    const outcomes = (await client.query<{ outcome: string; count: number }>(OUTCOMES)).rows
    const notifiable = (await client.query<{ count: number }>(NOTIFIABLE)).rows[0]!.count
    const deliveries = (await client.query<{ id: string; status: string }>(DELIVERIES)).rows
    return {
      violations,
      orders: outcomes.reduce((sum, { count }) => sum + count, 0),
      byOutcome: Object.fromEntries(outcomes.map(({ outcome, count }) => [outcome, count])),
      notifiable,
      sentEventIds: deliveries.filter(({ status }) => status === 'sent').map(({ id }) => id),
      superseded: deliveries.filter(({ status }) => status === 'superseded').length,
    }
  } finally {
    await client.end()
  }
}

/** Runs one query for a test that looks at what only the database knows. */
export async function observe<Row extends pg.QueryResultRow>(
  databaseUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query<Row>(sql, [...values])).rows
  } finally {
    await client.end()
  }
}
