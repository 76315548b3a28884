-- Owner: order-worker.
-- Up Migration

-- Lists show decided orders only. An order's row is a stub until it is decided, in the same transaction: without stubs
-- every order enters these indexes once, and leaves no dead entries. Lists that are filtered by business time are ordered
-- by it, with the id between orders of one instant.
drop index orders_by_account, orders_by_actor, orders_by_status, orders_by_reference, orders_by_customer,
  orders_by_business_time;
create index orders_by_account on orders (account_id, accepted_at desc, id desc) where version > 0;
create index orders_by_actor on orders (account_id, actor, accepted_at desc, id desc) where version > 0;
create index orders_by_status on orders (account_id, status, accepted_at desc, id desc) where version > 0;
create index orders_by_reference on orders (account_id, reference, accepted_at desc, id desc) where version > 0;
create index orders_by_customer on orders (account_id, customer_id, accepted_at desc, id desc)
  where customer_id is not null and version > 0;
create index orders_by_business_time on orders (account_id, (coalesce(placed_at, accepted_at)) desc, id desc)
  where version > 0;

-- Down Migration

drop index orders_by_account, orders_by_actor, orders_by_status, orders_by_reference, orders_by_customer,
  orders_by_business_time;
create index orders_by_account on orders (account_id, accepted_at desc, id desc);
create index orders_by_actor on orders (account_id, actor, accepted_at desc, id desc);
create index orders_by_status on orders (account_id, status, accepted_at desc, id desc);
create index orders_by_reference on orders (account_id, reference, accepted_at desc, id desc);
create index orders_by_customer on orders (account_id, customer_id, accepted_at desc, id desc)
  where customer_id is not null;
create index orders_by_business_time on orders (account_id, (coalesce(placed_at, accepted_at)) desc);
