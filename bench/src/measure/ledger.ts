import { eventId } from '@comanda/shared/identity'
import type { OpenLoopOrder } from '../load/open-loop.js'
import type { TakenMails } from '../load/mail-sink.js'

/** An order as Postgres has it after the run. */
export interface StoredOrder {
  readonly id: string
  readonly status: string
  /** When its transaction was committed, in ms since 1970. */
  readonly committedAt: number
  /** Whether somebody is to be told. */
  readonly hasAddress: boolean
}

/** What became of every order of a run. It closes when `lost`, `unnotified` and `notifiedTwice` are 0. */
export interface Ledger {
  readonly sent: number
  readonly answered: number
  readonly stored: number
  readonly confirmed: number
  readonly notifiable: number
  readonly notified: number
  /** Answered with 202 and not decided in Postgres. */
  readonly lost: number
  /** Stored though the generator got no 202: the answer was lost, not the order. */
  readonly storedUnanswered: number
  readonly unnotified: number
  /** Mails beyond the first for one event: allowed (at least once), and counted. */
  readonly notifiedTwice: number
}

/** Latencies of every order, in ms from its scheduled instant. */
export interface OrderLatencies {
  readonly accepted: readonly number[]
  readonly committed: readonly number[]
  readonly notified: readonly number[]
}

/** Puts the three independent records of a run beside each other: the generator's, Postgres', and the mail sink's. */
export function closeLedger(
  orders: readonly OpenLoopOrder[],
  stored: readonly StoredOrder[],
  mails: TakenMails,
): { readonly ledger: Ledger; readonly latencies: OrderLatencies } {
  const storedById = new Map(stored.map((order) => [order.id, order]))
  const firstMail = new Map<string, number>()
  const mailCount = new Map<string, number>()
  mails.ids.forEach((id, index) => {
    if (!firstMail.has(id)) firstMail.set(id, mails.takenAt[index]!)
    mailCount.set(id, (mailCount.get(id) ?? 0) + 1)
  })
  const accepted: number[] = []
  const committed: number[] = []
  const notified: number[] = []
  const answeredIds = new Set<string>()
  let lost = 0
  let notifiable = 0
  let notifiedTwice = 0
  for (const { id, scheduledAt, answeredAt } of orders) {
    if (id === undefined) continue
    answeredIds.add(id)
    accepted.push(answeredAt! - scheduledAt)
    const row = storedById.get(id)
    if (row === undefined || row.status === 'accepted') {
      lost++
      continue
    }
    committed.push(row.committedAt - scheduledAt)
    if (!row.hasAddress) continue
    notifiable++
    const event = eventId(id, 1)
    const mailedAt = firstMail.get(event)
    if (mailedAt === undefined) continue
    notified.push(mailedAt - scheduledAt)
    notifiedTwice += mailCount.get(event)! - 1
  }
  return {
    ledger: {
      sent: orders.length,
      answered: answeredIds.size,
      stored: stored.length,
      confirmed: stored.filter(({ status }) => status === 'confirmed').length,
      notifiable,
      notified: notified.length,
      lost,
      storedUnanswered: stored.filter(({ id }) => !answeredIds.has(id)).length,
      unnotified: notifiable - notified.length,
      notifiedTwice,
    },
    latencies: { accepted, committed, notified },
  }
}

export function isClosed({ lost, unnotified, notifiedTwice }: Ledger): boolean {
  return lost === 0 && unnotified === 0 && notifiedTwice === 0
}
