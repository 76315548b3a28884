-- Owner: order-worker.
-- Up Migration

-- Lists that are filtered by business time are ordered by it, with the id between orders of one instant.
drop index orders_by_business_time;
create index orders_by_business_time on orders (account_id, (coalesce(placed_at, accepted_at)) desc, id desc);

-- Down Migration

drop index orders_by_business_time;
create index orders_by_business_time on orders (account_id, (coalesce(placed_at, accepted_at)) desc);
