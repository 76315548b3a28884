import { Big } from 'big.js'
import type { ExpectedOrder, Expectation } from '../retail/expectation.js'
import type { Database } from './database.js'
import type { Mailbox } from './mailbox.js'
import { judgeNotifications } from './notifications.js'
import type { Notifications } from './notifications.js'
import { readRecords } from './records.js'
import type { OrderRecord, Records } from './records.js'
import { reportOf } from './report.js'
import type { Report } from './report.js'
import type { AcceptedOrder, Sent } from './sent.js'

export interface JudgedRun {
  readonly database: Database
  readonly account: string
  readonly expected: Expectation
  readonly sent: Sent
  readonly mailbox: Mailbox
  /** Nothing was left in a queue, the outbox or the deliveries. */
  readonly drained: boolean
  /** By the wall clock: what was accepted before belongs to an earlier run with the same data folder. */
  readonly startedAtMs: number
  readonly restarts: number
  readonly seconds: number
}

/**
 * Compares four histories that know nothing of each other: what the data says, what the client was answered, what
 * Postgres holds, and what the mail sink got.
 */
export async function judge(run: JudgedRun): Promise<Report> {
  const { sent, mailbox, expected } = run
  const accepted = [...sent.accepted.values()]
  const records = await readRecords(run.database, run.account, {
    ids: accepted.map(({ id }) => id),
    references: accepted.map(({ reference }) => reference),
    mailedIds: [...new Set([...mailbox.events.values()].map(({ orderId }) => orderId))],
  })
  const fresh = records.orders.filter(({ acceptedAtMs }) => acceptedAtMs >= run.startedAtMs)
  const notifications = judgeNotifications(fresh, sent.accepted, mailbox)
  const lost = accepted.length - records.orders.filter(({ decision }) => decision !== null).length
  const findings = [
    ...(run.drained ? [] : ['Work was left in a queue, the outbox or the deliveries.']),
    ...answerFindings(sent, expected),
    ...decisionFindings(sent.accepted, records, expected, lost),
    ...notificationFindings(notifications, records),
  ]
  const acceptedTotal = accepted.reduce(
    (sum, { reference }) => sum.plus(expected.orders.get(reference)?.total ?? 0),
    new Big(0),
  )
  return reportOf({ ...run, findings, records, fresh, notifications, lost, acceptedTotal })
}

/** Exactly the orders are accepted, and everything else is refused with a clean 4xx. */
function answerFindings(sent: Sent, { orders, refused }: Expectation): readonly string[] {
  const accepted = new Set([...sent.accepted.values()].map(({ reference }) => reference))
  const wrongly = [...accepted].filter((reference) => !orders.has(reference)).length
  const missing = orders.size - accepted.size + wrongly
  const unclean = Object.entries(sent.refused)
    .filter(([status]) => !status.startsWith('4'))
    .map(([status, count]) => `${count} × ${status}`)
  const refusals = Object.values(sent.refused).reduce((sum, count) => sum + count, 0)
  return [
    ...count(sent.unanswered, 'requests had no answer after all their retries'),
    ...count(missing, 'orders were not accepted'),
    ...count(wrongly, 'invoices were accepted that are no orders'),
    ...count(sent.accepted.size - accepted.size, 'invoices got more than one order id'),
    ...(refusals === refused ? [] : [`${refusals} requests were refused instead of ${refused}.`]),
    ...(unclean.length === 0 ? [] : [`Not every refusal was a clean 4xx: ${unclean.join(', ')}.`]),
  ]
}

/** Every accepted order is there once, as the data says, and the stock agrees. */
function decisionFindings(
  accepted: ReadonlyMap<string, AcceptedOrder>,
  records: Records,
  { orders }: Expectation,
  lost: number,
): readonly string[] {
  const decided = records.orders.flatMap((record) => {
    const order = orders.get(accepted.get(record.id)?.reference ?? '')
    return record.decision === null || order === undefined ? [] : [{ record, order }]
  })
  const wrong = (isRight: (record: OrderRecord, expected: ExpectedOrder) => boolean) =>
    decided.filter(({ record, order }) => !isRight(record, order)).length
  return [
    ...count(lost, 'accepted orders have no final state'),
    ...count(records.doubled, 'orders were doubled'),
    ...count(wrong(isDecidedRightly), 'orders were decided otherwise than the data says'),
    ...count(
      wrong(
        ({ id, reference, lines }, expected) =>
          lines === expected.lines && reference === accepted.get(id)?.reference,
      ),
      'orders do not have their reference and lines',
    ),
    ...count(wrong(isExact), 'orders do not have their exact total'),
    ...count(records.unbalanced, 'products do not balance with their movements'),
    ...count(records.missold, 'lines moved other stock than they should'),
  ]
}

function isDecidedRightly({ decision, reason }: OrderRecord, { outcome }: ExpectedOrder): boolean {
  return outcome === 'confirmed' ? decision === 'confirmed' : decision === 'rejected' && reason === outcome
}

function isExact({ total, linesTotal }: OrderRecord, expected: ExpectedOrder): boolean {
  return total !== null && linesTotal !== null && expected.total.eq(total) && expected.total.eq(linesTotal)
}

/** Every customer is told at their own address, and nobody else is. */
function notificationFindings(notifications: Notifications, { strangers }: Records): readonly string[] {
  const { notifiable, notified, misdirected, unfounded } = notifications
  return [
    ...count(notifiable - notified, 'customers were not told'),
    ...count(misdirected, 'mails went to another address'),
    ...count(unfounded, 'mails are about events that there were not'),
    ...count(strangers, 'mails are about orders that there are not'),
  ]
}

function count(number: number, what: string): readonly string[] {
  return number === 0 ? [] : [`${number} ${what}.`]
}
