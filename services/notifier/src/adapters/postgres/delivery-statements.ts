/**
 * Two events of one order may be stored and claimed by two processes at once, neither of which sees the other's row
 * yet. Hence three walls: the statements below look for rows that go first, the unique index `deliveries_one_claim`
 * refuses the second of two simultaneous claims, and `SUPERSEDE` looks once more, in a snapshot taken after the claim
 * was committed: from then on no other delivery of the order can have started.
 */
export const ONE_CLAIM_INDEX = 'deliveries_one_claim'

/**
 * $1-$9: the columns of the rows; $10: channels that may be claimed; $11: lease in ms. A row is claimed as it is
 * stored unless another one of its order is pending, in the table or before it in the batch. The lateral join keeps it
 * one index probe a row, whatever the planner believes about a table that has just grown.
 */
export const STORE = `
insert into deliveries (event_id, channel, endpoint_id, account_id, order_id, event_type, version, occurred_at, event,
                        status, attempts, claimed_until)
select event_id, channel, endpoint_id, account_id, order_id, event_type, version, occurred_at, event::jsonb, 'pending',
       case when claimable then 1 else 0 end,
       case when claimable then now() + $11::int * interval '1 millisecond' end
from (
  select i.*,
         i.channel = any ($10::text[]) and pending.found is null and row_number() over (
           partition by i.order_id, i.channel, i.endpoint_id order by i.version, i.event_id) = 1 as claimable
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int[], $8::timestamptz[],
              $9::text[])
         as i (event_id, channel, endpoint_id, account_id, order_id, event_type, version, occurred_at, event)
  left join lateral (
    select true as found from deliveries o
    where (o.order_id, o.channel, o.endpoint_id) = (i.order_id, i.channel, i.endpoint_id) and o.status = 'pending'
    limit 1
  ) pending on true
) incoming
order by order_id, version, event_id
on conflict (event_id, channel, endpoint_id) do nothing
returning event_id, channel, endpoint_id, claimed_until::text as claim`

/**
 * $1: channel; $2: limit; $3: lease in ms. A delivery waits while another one of its order is claimed, or an older one
 * is due within a minute; one that is put off for longer (a mailbox that is full) is overtaken, and superseded then. A
 * claim that ran out is resumed whatever is older: its mail may have been sent, and as long as it stands nothing else
 * moves. The lateral join keeps the look at its order one index probe a row, as above: as an anti-join it cost the square
 * of what is pending while the table was new to the planner (14 s for 6,000, now 60 ms).
 */
export const CLAIM_DUE = `
with due as (
  select d.event_id, d.channel, d.endpoint_id from deliveries d
  left join lateral (
    select true as found from deliveries o
    where (o.order_id, o.channel, o.endpoint_id) = (d.order_id, d.channel, d.endpoint_id)
      and o.status = 'pending' and o.event_id <> d.event_id
      and (o.claimed_until is not null
           or (d.claimed_until is null and (o.version, o.event_id) < (d.version, d.event_id)
               and o.next_attempt_at <= now() + interval '1 minute'))
    limit 1
  ) goes_first on true
  where d.status = 'pending' and d.channel = $1 and d.next_attempt_at <= now()
    and (d.claimed_until is null or d.claimed_until < now()) and goes_first.found is null
  order by d.next_attempt_at, d.version
  limit $2
  for update of d skip locked
)
update deliveries d
set claimed_until = now() + $3::int * interval '1 millisecond', attempts = d.attempts + 1
from due
where (d.event_id, d.channel, d.endpoint_id) = (due.event_id, due.channel, due.endpoint_id)
returning d.event_id, d.channel, d.endpoint_id, d.attempts, d.event, d.claimed_until::text as claim, d.version,
          d.created_at`

/** $1-$4: keys and claims. Ends those whose order has had a newer mail. */
export const SUPERSEDE = `
update deliveries d
set status = 'superseded', event = null, claimed_until = null, finished_at = now()
from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) as c (event_id, channel, endpoint_id, claim)
where (d.event_id, d.channel, d.endpoint_id) = (c.event_id, c.channel, c.endpoint_id) and d.claimed_until = c.claim
  and exists (
    select from deliveries n
    where (n.order_id, n.channel, n.endpoint_id) = (d.order_id, d.channel, d.endpoint_id)
      and n.version > d.version and n.status = 'sent')
returning d.event_id, d.channel, d.endpoint_id`

/**
 * $1-$4: keys and claims; $5: new status; $6: reason; $7: delay of the next attempt in ms; $8: attempts given back.
 * That a mail was sent is true whoever holds the claim now; everything else is for the holder to say. `finished_at` says
 * pending, not `status`: by that the planner reads `deliveries_due` from end to end for every statement, and all dead
 * entries of it.
 */
export const RECORD = `
update deliveries d
set status = r.status,
    event = case when r.status = 'pending' then d.event end,
    finished_at = case when r.status = 'pending' then null else now() end,
    claimed_until = null,
    attempts = d.attempts - r.given_back,
    next_attempt_at = case when r.status = 'pending' then now() + r.delay_ms * interval '1 millisecond'
                           else d.next_attempt_at end,
    last_error = coalesce(r.reason, d.last_error)
from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::int[])
       as r (event_id, channel, endpoint_id, claim, status, reason, delay_ms, given_back)
where (d.event_id, d.channel, d.endpoint_id) = (r.event_id, r.channel, r.endpoint_id)
  and d.finished_at is null and (r.status = 'sent' or d.claimed_until = r.claim)
returning exists (
  select from deliveries o
  where (o.order_id, o.channel, o.endpoint_id) = (d.order_id, d.channel, d.endpoint_id)
    and o.status = 'pending' and o.event_id <> d.event_id) as another_waits`
