import { Big } from 'big.js'
import type { Expectation } from '../retail/stock-plan.js'
import type { Database } from './database.js'
import type { Mailbox } from './mailbox.js'
import { quantiles } from './quantiles.js'
import type { Quantiles } from './quantiles.js'
import type { Sent } from './sent.js'

/** What a run came to. Written as JSON by `--report`. Amounts are decimal strings by currency. */
export interface Report {
  readonly verdict: 'clean' | 'not clean'
  /** What is wrong, a sentence each. */
  readonly findings: readonly string[]
  readonly sent: number
  readonly accepted: number
  readonly acceptedLines: number
  readonly replayed: number
  readonly refused: Readonly<Record<string, number>>
  readonly unanswered: number
  readonly confirmed: number
  readonly rejected: Readonly<Record<string, number>>
  /** Events of this run's orders that have an address, and those of them that were mailed. */
  readonly notifiable: number
  readonly notified: number
  readonly lost: number
  readonly duplicated: number
  readonly totals: Readonly<Record<'accepted' | 'confirmed' | 'rejected', Readonly<Record<string, string>>>>
  readonly latencyMs: Readonly<Record<'accepted' | 'confirmed' | 'notified', Quantiles>>
  readonly seconds: number
}

/** The orders that were answered 202, as they are stored. */
const ORDERS = `
  select o.id, o.status, o.reason, o.reference, o.line_count,
         extract(epoch from o.accepted_at) * 1000 as accepted_ms, extract(epoch from o.decided_at) * 1000 as decided_ms
  from orders o where o.account_id = $1 and o.id = any($2::uuid[])`

/** Exact sums over the lines themselves: the stored totals are what is checked. */
const SUMS = `
  select o.currency, case o.status when 'rejected' then 'rejected' else 'confirmed' end as part,
         sum(o.total)::text as stored, sum(l.lines)::text as lines
  from orders o
    cross join lateral (select sum(l.quantity * l.unit_price) as lines from order_lines l where l.order_id = o.id) l
  where o.account_id = $1 and o.id = any($2::uuid[])
  group by 1, 2`

/** Orders of one reference that are not refused as a reused key: more than one means that an order was doubled. */
const DOUBLED = `
  select count(*)::int as doubled from (
    select reference from orders where account_id = $1 and reason is distinct from 'idempotency_key_reused'
      and reference = any($2::text[])
    group by reference having count(*) > 1) twice`

/** Stock that is not what its movements come to, or was sold more or less than the confirmed lines say. */
const STOCK = `
  select
    (select count(*)::int from products p
      left join (select sku, sum(quantity) as moved from stock_movements where account_id = $1 group by sku) m
        on m.sku = p.sku
      where p.account_id = $1 and p.available <> coalesce(m.moved, 0)) as unbalanced,
    (select count(*)::int from (
      select o.id, l.sku, sum(l.quantity) as wanted from orders o join order_lines l on l.order_id = o.id
      where o.account_id = $1 and o.status in ('confirmed', 'shipped', 'delivered') group by 1, 2) w
      full join (select order_id, sku, -sum(quantity) as sold from stock_movements
        where account_id = $1 and order_id is not null group by 1, 2 having sum(quantity) <> 0) s
        on s.order_id = w.id and s.sku = w.sku
      where w.wanted is distinct from s.sold) as missold`

interface OrderRow {
  id: string
  status: string
  reason: string | null
  reference: string
  line_count: number
  accepted_ms: string
  decided_ms: string | null
}

/** Looks at what happened with its own SQL, in one snapshot, and at what the client sent and the mail sink got. */
export async function judge(run: {
  readonly database: Database
  readonly account: string
  readonly expected: Expectation
  readonly sent: Sent
  readonly mailbox: Mailbox
  readonly drained: boolean
  readonly seconds: number
}): Promise<Report> {
  const { sent, mailbox, expected } = run
  const ids = [...sent.accepted.keys()]
  const { orders, sums, doubled, stock } = await run.database.snapshot(async (query) => ({
    orders: await query<OrderRow>(ORDERS, [run.account, ids]),
    sums: await query<{ currency: string; part: 'confirmed' | 'rejected'; stored: string; lines: string }>(
      SUMS,
      [run.account, ids],
    ),
    doubled: await query<{ doubled: number }>(DOUBLED, [
      run.account,
      [...sent.accepted.values()].map(({ reference }) => reference),
    ]),
    stock: await query<{ unbalanced: number; missold: number }>(STOCK, [run.account]),
  }))

  const stored = new Map(orders.filter(({ status }) => status !== 'accepted').map((row) => [row.id, row]))
  const confirmed = orders.filter(({ status }) => ['confirmed', 'shipped', 'delivered'].includes(status))
  const rejected: Record<string, number> = {}
  for (const { reason } of orders) if (reason !== null) rejected[reason] = (rejected[reason] ?? 0) + 1
  const amount = (part: 'confirmed' | 'rejected', field: 'stored' | 'lines') =>
    sums.filter((row) => row.part === part).reduce((sum, row) => sum.plus(row[field] ?? 0), new Big(0))

  const fresh = [...sent.accepted.values()].filter(({ replayed }) => !replayed)
  const notifiable = fresh.filter(({ hasAddress }) => hasAddress)
  const notified = notifiable.filter(({ id }) => mailbox.firstMailAt.has(id))
  const extraMails = [...mailbox.copies.values()].reduce((sum, copies) => sum + copies - 1, 0)
  const strangers = [...mailbox.firstMailAt.keys()].filter((id) => !sent.accepted.has(id)).length
  const lost = ids.filter((id) => !stored.has(id)).length
  const duplicated = (doubled[0]?.doubled ?? 0) + extraMails
  const refused = Object.values(sent.refused).reduce((sum, count) => sum + count, 0)

  const findings: string[] = []
  const must = (holds: boolean, otherwise: string) => void (holds || findings.push(otherwise))
  must(run.drained, 'Work was left in a queue, the outbox or the deliveries.')
  must(sent.unanswered === 0, `${sent.unanswered} requests had no answer after all their retries.`)
  must(lost === 0, `${lost} accepted orders have no final state.`)
  must(
    duplicated === 0,
    `${doubled[0]?.doubled ?? 0} orders were doubled, ${extraMails} mails came more than once.`,
  )
  must(strangers === 0, `${strangers} mails are about orders that nobody sent.`)
  must(sent.accepted.size === expected.orders, `${expected.orders} orders should have been accepted.`)
  must(refused === expected.refused, `${expected.refused} requests should have been refused.`)
  must(
    Object.keys(sent.refused).every((status) => status.startsWith('4')),
    'A refusal was not a clean 4xx.',
  )
  must(confirmed.length === expected.confirmed, `${expected.confirmed} orders should have been confirmed.`)
  must(
    (rejected['out_of_stock'] ?? 0) === expected.outOfStock && Object.keys(rejected).length <= 1,
    `${expected.outOfStock} orders should have been rejected as out_of_stock, and none otherwise.`,
  )
  must(sent.acceptedTotal.eq(expected.total), `The accepted total should be ${expected.total.toFixed()}.`)
  must(
    amount('confirmed', 'lines').eq(expected.confirmedTotal) &&
      amount('confirmed', 'stored').eq(expected.confirmedTotal),
    `The confirmed total should be ${expected.confirmedTotal.toFixed()}.`,
  )
  must(
    amount('confirmed', 'lines').plus(amount('rejected', 'stored')).eq(sent.acceptedTotal),
    'Confirmed and rejected amounts do not add up to what was accepted.',
  )
  must(
    notified.length === notifiable.length,
    `${notifiable.length - notified.length} customers were not told.`,
  )
  must(stock[0]?.unbalanced === 0, `${stock[0]?.unbalanced} products do not balance with their movements.`)
  must(stock[0]?.missold === 0, `${stock[0]?.missold} lines moved other stock than they should.`)

  const since = (times: readonly (readonly [string, number])[]) =>
    quantiles(times.flatMap(([id, at]) => (stored.has(id) ? [at - Number(stored.get(id)!.accepted_ms)] : [])))
  const freshIds = new Set(fresh.map(({ id }) => id))
  return {
    verdict: findings.length === 0 ? 'clean' : 'not clean',
    findings,
    sent: sent.count,
    accepted: sent.accepted.size,
    acceptedLines: orders.reduce((sum, { line_count }) => sum + line_count, 0),
    replayed: sent.accepted.size - fresh.length,
    refused: sent.refused,
    unanswered: sent.unanswered,
    confirmed: confirmed.length,
    rejected,
    notifiable: notifiable.length,
    notified: notified.length,
    lost,
    duplicated,
    totals: {
      accepted: { GBP: sent.acceptedTotal.toFixed() },
      confirmed: { GBP: amount('confirmed', 'lines').toFixed() },
      rejected: { GBP: amount('rejected', 'stored').toFixed() },
    },
    latencyMs: {
      accepted: quantiles(sent.durationsMs),
      confirmed: since(
        orders.flatMap((row) =>
          freshIds.has(row.id) && row.decided_ms ? [[row.id, Number(row.decided_ms)]] : [],
        ),
      ),
      notified: since([...mailbox.firstMailAt].filter(([id]) => freshIds.has(id))),
    },
    seconds: run.seconds,
  }
}
