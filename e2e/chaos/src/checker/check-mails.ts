import type { Case, Report } from './check-order.js'
import { expectedEventId } from './identity.js'
import type { Mail, OrderRow } from './records.js'
import type { Books } from './books.js'

/** Who was told what of an order: I10, I13. Extra copies are collected here and judged for the whole run. */
export function checkMails(
  row: OrderRow,
  { mails, published }: Case,
  report: Report,
  { tally, copies: extra }: Books,
): void {
  tally.mails += mails.length
  tally.republished += published.length - new Set(published.map(({ event }) => event)).size
  tally.events += new Set(published.map(({ event }) => event)).size
  const byEvent = Map.groupBy(mails, ({ event }) => event)
  const moves = row.timeline.filter(({ refused }) => refused === null)
  const due = new Map(moves.map(({ version }) => [expectedEventId(row.id, version), version]))
  const deliveries = new Map(row.deliveries.map((delivery) => [delivery.event, delivery]))
  if (deliveries.size < row.deliveries.length) report('I3', 'an event has two deliveries to one address')

  for (const [event, version] of due) {
    const copies = byEvent.get(event) ?? []
    if (row.email === null) continue
    const delivery = deliveries.get(event)
    if (delivery === undefined) report('I10', `the move to version ${version} became no delivery`)
    else if (delivery.status === 'pending' && delivery.putOff) tally.mailsPutOff += 1
    else if (delivery.status === 'pending') report('I10', `the mail about version ${version} still waits`)
    else if (delivery.status === 'superseded') {
      if (!row.deliveries.some((other) => other.version > version && other.status === 'sent'))
        report('I10', `the mail about version ${version} was dropped, and no newer one was sent`)
    } else if (delivery.status === 'dead') {
      if (delivery.error === null)
        report('I10', `the mail about version ${version} was given up without a reason`)
    } else if (copies.length === 0)
      report('I10', `the mail about version ${version} is marked sent and never came`)
  }
  for (const [event, copies] of byEvent) checkCopies(row, event, copies, due, report)
  for (const [event, copies] of byEvent) {
    tally.extraMails += copies.length - 1
    const times = copies.map(({ at }) => at).sort((one, other) => one - other)
    for (const [index, at] of times.slice(1).entries())
      extra.add({ order: row.id, event, before: times[index]!, at })
  }
}

function checkCopies(
  row: OrderRow,
  event: string,
  copies: readonly Mail[],
  due: ReadonlyMap<string, number>,
  report: Report,
): void {
  if (!due.has(event)) report('I6', `mailed about ${event}, which is no move of it`)
  if (row.email === null) report('I10', 'mailed to an order without an address')
  if (copies.some(({ to }) => to !== row.email))
    report('I13', 'mailed to an address that is not its customer’s')
  const ids = new Set(copies.map(({ messageId }) => messageId))
  if (ids.size > 1) report('I10', `${copies.length} copies of one mail under ${ids.size} Message-IDs`)
  if (![...ids].every((messageId) => messageId.startsWith(`<${event}@`)))
    report('I10', 'its Message-ID is not made from the event id')
}
