-- Owner: order-worker. Read by order-api. Every limit mirrors shared/src/limits.ts.
-- Up Migration

create table products (
  account_id text not null check (char_length(account_id) between 1 and 64),
  sku text not null check (char_length(sku) between 1 and 64),
  name text check (char_length(name) <= 200),
  price numeric(19, 4) not null check (price >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  available bigint not null default 0 check (available >= 0),
  -- acceptedAt of the put that stands: an older one never overwrites a newer one.
  put_at timestamptz not null,
  primary key (account_id, sku)
)
-- Stock is updated all the time and stands in no index: room on the page keeps it there (HOT).
with (fillfactor = 60);

create table orders (
  id uuid primary key,
  account_id text not null check (char_length(account_id) between 1 and 64),
  actor text not null check (char_length(actor) between 1 and 128),
  -- 'accepted' in this table is the tombstone of a cancel that overtook its place: version 0, nothing known yet.
  status text not null
    check (status in ('accepted', 'confirmed', 'rejected', 'cancelled', 'shipped', 'delivered')),
  version integer not null check (version >= 0),
  reason text check (
    reason in ('out_of_stock', 'unknown_product', 'price_changed', 'currency_mismatch',
               'idempotency_key_reused', 'unprocessable')),
  reference text check (char_length(reference) between 1 and 64),
  currency text check (currency ~ '^[A-Z]{3}$'),
  total numeric(19, 4) check (total >= 0),
  line_count integer not null default 0 check (line_count between 0 and 2000),
  customer_id text check (char_length(customer_id) <= 64),
  idempotency_key text check (char_length(idempotency_key) between 1 and 255),
  fingerprint text check (fingerprint ~ '^[0-9a-f]{64}$'),
  metadata jsonb,
  carrier text check (char_length(carrier) <= 64),
  tracking_number text check (char_length(tracking_number) <= 64),
  placed_at timestamptz,
  accepted_at timestamptz not null,
  decided_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint rejected_says_why check ((status = 'rejected') = (reason is not null)),
  constraint version_counts_moves check ((version = 0) = (status = 'accepted')),
  constraint confirmed_is_priced check (status not in ('confirmed', 'shipped', 'delivered') or total is not null)
);

-- Lists are newest first by (accepted_at, id); one index per filter keeps every page an index range.
create index orders_by_account on orders (account_id, accepted_at desc, id desc);
create index orders_by_actor on orders (account_id, actor, accepted_at desc, id desc);
create index orders_by_status on orders (account_id, status, accepted_at desc, id desc);
create index orders_by_reference on orders (account_id, reference, accepted_at desc, id desc);
create index orders_by_customer on orders (account_id, customer_id, accepted_at desc, id desc)
  where customer_id is not null;
create index orders_by_placed_at on orders (account_id, placed_at desc, id desc) where placed_at is not null;

-- No foreign key: a line is only ever written beside its order, by one transaction that counts its rows, and never
-- changed. Checking each line took a fifth of the database's time (20 lines an order).
create table order_lines (
  order_id uuid not null,
  line_no integer not null check (line_no between 1 and 2000),
  sku text not null check (char_length(sku) between 1 and 64),
  quantity integer not null check (quantity between 1 and 1000000),
  unit_price numeric(19, 4) check (unit_price >= 0),
  amount numeric(19, 4) check (amount >= 0),
  primary key (order_id, line_no)
);

-- All personal data of an order, so that erasure leaves the ledger whole.
create table order_contacts (
  order_id uuid primary key references orders (id),
  email text check (char_length(email) <= 254),
  name text check (char_length(name) <= 200),
  language text check (char_length(language) <= 35),
  ship_to jsonb
);

-- The judge of keys: the first commit wins, another order under the same key is rejected.
create table idempotency_keys (
  account_id text not null,
  actor text not null,
  -- The limit of 16 is in UTF-16 code units, of which one character may take two.
  key text not null check (char_length(key) between 1 and 255),
  order_id uuid not null,
  primary key (account_id, actor, key)
);

-- Versions 1..n of an order without a gap. A refused command is a row too: `status` stays, `refused` says what was asked.
create table order_timeline (
  order_id uuid not null references orders (id),
  version integer not null check (version >= 1),
  status text not null,
  refused text check (refused in ('cancel', 'ship', 'deliver')),
  reason text check (char_length(reason) <= 200),
  actor text not null,
  command_id uuid not null,
  occurred_at timestamptz not null default now(),
  primary key (order_id, version)
);

-- Every command that has taken effect or was refused for good. Written in the transaction of the effects.
create table commands (
  command_id uuid primary key,
  account_id text not null,
  actor text not null,
  type text not null,
  target text not null,
  outcome text not null check (outcome in ('applied', 'refused', 'superseded', 'tombstoned')),
  reason text,
  decided_at timestamptz not null default now()
);

-- What a product has is what its movements say: once per command and SKU, so once per order and SKU for what was sold
-- (the command is the order's place) and what was returned. No foreign key, for the reason of order_lines: the same
-- transaction holds the product's lock.
create table stock_movements (
  command_id uuid not null,
  account_id text not null,
  sku text not null,
  order_id uuid,
  kind text not null check (kind in ('sold', 'returned', 'adjusted')),
  -- Signed: negative takes from the stock.
  quantity bigint not null check (quantity <> 0),
  occurred_at timestamptz not null default now(),
  primary key (command_id, sku),
  constraint sold_by_its_place check (kind <> 'sold' or command_id = order_id),
  constraint adjusted_for_no_order check ((kind = 'adjusted') = (order_id is null))
);
create unique index stock_returned_once on stock_movements (order_id, sku) where kind = 'returned';

-- Events not sent yet; rows are deleted once the queue has them. `seq` only gives the sweep an order, never a cursor:
-- commits are not in sequence order.
create table outbox (
  event_id uuid primary key,
  seq bigint generated always as identity,
  order_id uuid not null,
  message_group text not null,
  trace_parent text,
  body text not null,
  created_at timestamptz not null default now()
);
create index outbox_by_seq on outbox (seq);

create table parked_messages (
  message_id text primary key,
  queue text not null,
  reason text not null,
  body text not null,
  account_id text,
  order_id uuid,
  receive_count integer not null,
  sent_at timestamptz not null,
  parked_at timestamptz not null default now()
);

-- Roles are of the whole cluster while migrations are of one database, so they may be there already.
do $$
declare role_name text;
begin
  foreach role_name in array array['comanda_order_api', 'comanda_order_worker', 'comanda_notifier'] loop
    begin
      execute format('create role %I nologin', role_name);
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
end $$;

grant usage on schema public to comanda_order_api, comanda_order_worker, comanda_notifier;

-- The internet-facing service can change nothing by itself.
grant select on products, orders, order_lines, order_contacts, idempotency_keys, order_timeline
  to comanda_order_api;

grant select, insert, update on products, orders to comanda_order_worker;
grant select, insert on order_lines, order_contacts, idempotency_keys, order_timeline, commands, stock_movements,
  parked_messages to comanda_order_worker;
-- Update is what `for update skip locked` asks for; rows are only ever inserted and deleted.
grant select, insert, update, delete on outbox to comanda_order_worker;
grant update on idempotency_keys to comanda_order_worker;

-- Down Migration

drop table parked_messages, outbox, stock_movements, commands, order_timeline, idempotency_keys, order_contacts,
  order_lines, orders, products;
