import type { Books } from './books.js'
import type { Invariant } from './findings.js'
import { checkHistory } from './check-history.js'
import { checkMails } from './check-mails.js'
import { checkReads } from './check-reads.js'
import { checkRow } from './check-row.js'
import type {
  CheckRecord,
  CommandRow,
  Mail,
  Operation,
  OrderRow,
  OutboxRow,
  PublishedEvent,
} from './records.js'

/** Everything that is known about one order. */
export interface Case {
  readonly id: string
  readonly operations: Operation[]
  readonly rows: OrderRow[]
  readonly keyOwners: string[]
  readonly commands: CommandRow[]
  readonly published: PublishedEvent[]
  readonly outbox: OutboxRow[]
  readonly mails: Mail[]
}

export type Report = (invariant: Invariant, what: string) => void

/** Checks every invariant that can be seen in one order. */
export function checkOrder(orderCase: Case, books: Books): void {
  const { findings, tally } = books
  const report: Report = (invariant, what) =>
    findings.report(invariant, orderCase.id, what, lifeOf(orderCase))
  checkHistory(orderCase, report, tally)
  checkReads(orderCase, report, tally)
  const [row, ...more] = orderCase.rows
  if (more.length > 0) report('I1', `${orderCase.rows.length} rows`)
  if (row !== undefined) {
    checkRow(row, orderCase, report, books)
    checkMails(row, orderCase, report, books)
  } else {
    if (orderCase.published.length > 0) report('I6', 'an event was published of an order that is not stored')
    if (orderCase.mails.length > 0) report('I6', 'a mail was sent about an order that is not stored')
  }
}

/** The life of an order, in the order in which it happened as far as that is known. */
function lifeOf({ operations, rows, commands, published, outbox, mails }: Case): CheckRecord[] {
  return [
    ...operations.toSorted((one, other) => one.t0 - other.t0),
    ...rows,
    ...commands,
    ...published,
    ...outbox,
    ...mails,
  ]
}
