/**
 * Every statement of this service, all of them reads: its role can write nothing. Each has `account_id` in its WHERE;
 * `$2` is the actor where only a caller's own orders may be seen, else null. Where an order is named by its id, `is not
 * distinct from` keeps the planner off the indexes of lists, which also begin with the account: an equality that no index
 * answers.
 */

/** One row per claimed key that is taken. Primary key lookups, one statement for a whole departure. */
export const KEY_OWNERS = `
  select account_id, actor, key, order_id
  from idempotency_keys
  where (account_id, actor, key) in (select * from unnest($1::text[], $2::text[], $3::text[]))`

export const ORDER_HEAD = `
  select id, status, version, accepted_at
  from orders
  where id = $3 and account_id is not distinct from $1 and ($2::text is null or actor is not distinct from $2)`

const SUMMARY_COLUMNS = `
  o.id, o.status, o.version, o.accepted_at, o.reason, o.reference, o.currency, o.total::text as total, o.line_count,
  o.customer_id, o.placed_at, o.updated_at`

/**
 * Some orders, each for a caller of its own. One statement, so that order, lines and timeline are of one snapshot. Amounts travel as
 * text: JSON numbers are not exact.
 */
export const ORDERS_WITH_LINES = `
  select wanted.place::int as place, ${SUMMARY_COLUMNS}, o.actor, o.metadata, o.carrier, o.tracking_number,
    c.email, c.name, c.language, c.ship_to,
    (select coalesce(json_agg(json_build_object(
        'sku', l.sku, 'quantity', l.quantity, 'unitPrice', l.unit_price::text, 'amount', l.amount::text)
        order by l.line_no), '[]')
      from order_lines l where l.order_id = o.id) as lines,
    (select coalesce(json_agg(json_build_object(
        'version', t.version, 'status', t.status, 'refused', t.refused, 'reason', t.reason, 'actor', t.actor,
        'at', t.occurred_at)
        order by t.version), '[]')
      from order_timeline t where t.order_id = o.id) as timeline
  from unnest($1::text[], $2::text[], $3::uuid[]) with ordinality as wanted (account_id, actor, id, place)
    join orders o on o.id = wanted.id and o.account_id is not distinct from wanted.account_id
      and (wanted.actor is null or o.actor is not distinct from wanted.actor)
    left join order_contacts c on c.order_id = o.id`

/** What lists are ordered by; each has its index. */
export const ACCEPTANCE = 'o.accepted_at'
export const BUSINESS_TIME = 'coalesce(o.placed_at, o.accepted_at)'

/** What a filter adds to the list's WHERE; `?` becomes the number of its parameter. */
export const ORDER_CONDITIONS = {
  actor: 'o.actor = ?',
  status: 'o.status = ?',
  reference: 'o.reference = ?',
  customerId: 'o.customer_id = ?',
  placedFrom: `${BUSINESS_TIME} >= ?`,
  placedTo: `${BUSINESS_TIME} <= ?`,
} as const

/**
 * A page by keyset: as quick at the end of a list as at its start, and no order is skipped or shown twice. Filtered by one
 * time and ordered by another, a page far in the past would read all that came since.
 */
export function ordersPage(
  conditions: readonly string[],
  time: typeof ACCEPTANCE | typeof BUSINESS_TIME,
): string {
  return `
  select ${SUMMARY_COLUMNS},
    to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position
  from orders o
  where o.account_id = $1 and o.version > 0
    and ($2::timestamptz is null or (${time}, o.id) < ($2::timestamptz, $3::uuid))
    ${conditions.map((condition) => `and ${condition}`).join('\n    ')}
  order by ${time} desc, o.id desc
  limit $4`
}

/** Versions of many orders of many callers at once. */
export const ORDER_VERSIONS = `
  select o.id, o.version
  from unnest($1::text[], $2::uuid[]) as wanted (account_id, id)
    join orders o on o.id = wanted.id and o.account_id is not distinct from wanted.account_id`

const PRODUCT_COLUMNS = 'sku, name, price::text as price, currency, available'

export const PRODUCT = `
  select ${PRODUCT_COLUMNS} from products where account_id = $1 and sku = $2`

export const PRODUCTS_PAGE = `
  select ${PRODUCT_COLUMNS}
  from products
  where account_id = $1 and ($2::text is null or sku > $2)
  order by sku
  limit $3`
