-- Owner: notifier.
-- Up Migration

-- One row per event, channel and endpoint: claimed and committed before sending, marked after.
create table deliveries (
  event_id uuid not null,
  channel text not null check (channel in ('email')),
  -- For e-mail always 'customer'; a webhook's endpoint id later.
  endpoint_id text not null,
  account_id text not null,
  order_id uuid not null,
  event_type text not null,
  version integer not null check (version >= 1),
  status text not null check (status in ('pending', 'sent', 'superseded', 'dead')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  -- Who sends it has it until then; a claim that ran out belongs to a sender that died and is taken over. Also names
  -- the claim: results of one that was taken over do not count. Never the only guard: ids are stable over sends.
  claimed_until timestamptz,
  -- The event as received, address included; forgotten when the delivery is finished.
  event jsonb,
  last_error text,
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (event_id, channel, endpoint_id),
  constraint finished_forgets check ((status = 'pending') = (event is not null)),
  constraint finished_says_when check ((status = 'pending') = (finished_at is null)),
  constraint only_pending_is_claimed check (claimed_until is null or status = 'pending')
);
-- Without the channel: with it a planner that knows nothing of the table yet takes it for looks at one order, too.
create index deliveries_due on deliveries (next_attempt_at) where status = 'pending';
-- One at a time for each order, channel and endpoint, whoever claims: no newer event is on its way while an older one is.
create unique index deliveries_one_claim on deliveries (order_id, channel, endpoint_id) where claimed_until is not null;
create index deliveries_of_order on deliveries (order_id, channel, endpoint_id, version desc);

create table parked_events (
  message_id text primary key,
  reason text not null,
  body text not null,
  receive_count integer not null,
  sent_at timestamptz not null,
  parked_at timestamptz not null default now()
);

grant select, insert, update on deliveries to comanda_notifier;
grant select, insert on parked_events to comanda_notifier;

-- Down Migration

drop table parked_events, deliveries;
