/**
 * 200,000 orders of 25 accounts of which one has a half, spread over 200 days. A tenth states no business time, the others
 * one of up to ten days before they came. The indexes are built afterwards, which takes a fraction of the time.
 */
export const MANY_ORDERS = `
do $$
declare
  definitions text[] := array(
    select indexdef from pg_indexes where tablename = 'orders' and indexname not like '%_pkey');
  definition text;
begin
  for definition in select indexname from pg_indexes where tablename = 'orders' and indexname not like '%_pkey' loop
    execute 'drop index ' || definition;
  end loop;
  insert into orders (id, account_id, actor, status, version, reason, reference, currency, total, line_count, customer_id,
    placed_at, accepted_at)
  select gen_random_uuid(), case when n % 2 = 0 then 'large' else 'small-' || (n / 2) % 24 end, 'actor-' || n % 97,
    case when n % 20 = 1 then 'rejected' when n % 20 < 4 then 'shipped' else 'confirmed' end, 1,
    case when n % 20 = 1 then 'out_of_stock' end, 'R-' || n, 'GBP', 10, 1,
    case when n % 3 > 0 then 'C-' || n % 5000 end,
    case when n % 10 > 0 then accepted_at - (n % 240) * interval '1 hour' end, accepted_at
  from (select n, timestamptz '2026-01-01' + n * interval '86.4 seconds' as accepted_at
    from generate_series(1, 200000) n) arrivals;
  foreach definition in array definitions loop
    execute definition;
  end loop;
end $$`

const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number))

/** Every filter of a list that finds many, few or none of these orders. */
export const MANY_ORDERS_FILTERS = [
  ['no filter', {}],
  ['a common status', { status: 'confirmed' }],
  ['a rare status', { status: 'rejected' }],
  ['a status that no order has', { status: 'delivered' }],
  ['a reference', { reference: 'R-2000' }],
  ['a customer', { customerId: 'C-2000' }],
  ['business time from', { placedFrom: day(199) }],
  ['business time to', { placedTo: day(3) }],
  ['a day of business time', { placedFrom: day(100), placedTo: day(101) }],
  ['business time before all orders', { placedTo: day(-30) }],
  ['status and business time', { status: 'rejected', placedFrom: day(10), placedTo: day(20) }],
  ['customer and status', { customerId: 'C-2000', status: 'shipped' }],
] as const
