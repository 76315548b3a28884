-- Owner: order-worker.
-- Up Migration

-- Lists filter by business time: the stated one, else when the order was accepted. An index on the stated one alone
-- answers no such filter.
create index orders_by_business_time on orders (account_id, (coalesce(placed_at, accepted_at)) desc);
drop index orders_by_placed_at;

-- Down Migration

create index orders_by_placed_at on orders (account_id, placed_at desc, id desc) where placed_at is not null;
drop index orders_by_business_time;
