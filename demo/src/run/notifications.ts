import { eventId } from '@comanda/shared/identity'
import type { Mailbox } from './mailbox.js'
import type { OrderRecord } from './records.js'
import type { AcceptedOrder } from './sent.js'

/** Every order of a replay brings one event, that of its decision: its version 1. */
const DECISION = 1

/** What became of the notifications of a run's orders. */
export interface Notifications {
  readonly notifiable: number
  /** Told at the order's address. */
  readonly notified: number
  /** Mails that went to another address, or about the order of a guest. */
  readonly misdirected: number
  /** Mails about events that the orders do not have. */
  readonly unfounded: number
  /** Mails sent again under the same id, as at-least-once allows. */
  readonly repeated: number
  /** From the acceptance of an order to its mail. */
  readonly latenciesMs: readonly number[]
}

/** Compares what the mail sink got with the orders of this run; those of earlier runs were told then. */
export function judgeNotifications(
  fresh: readonly OrderRecord[],
  accepted: ReadonlyMap<string, AcceptedOrder>,
  mailbox: Mailbox,
): Notifications {
  const emailOf = ({ id }: OrderRecord) => accepted.get(id)?.email
  const notifiable = fresh.filter((record) => emailOf(record) !== undefined)
  const told = fresh.flatMap((record) => {
    const mail = mailbox.events.get(eventId(record.id, DECISION))
    return mail === undefined ? [] : [{ record, mail }]
  })
  const rightly = told.filter(({ record, mail }) => mail.to.length === 1 && mail.to[0] === emailOf(record))
  const founded = new Set(fresh.flatMap(({ id, version }) => eventsOf(id, version)))
  const ids = new Set(fresh.map(({ id }) => id))
  const mailed = [...mailbox.events].filter(([, { orderId }]) => ids.has(orderId))
  return {
    notifiable: notifiable.length,
    notified: rightly.length,
    misdirected: told.length - rightly.length,
    unfounded: mailed.filter(([id]) => !founded.has(id)).length,
    repeated: mailed.reduce((sum, [, { copies }]) => sum + copies - 1, 0),
    latenciesMs: rightly.map(({ record, mail }) => mail.firstAt - record.acceptedAtMs),
  }
}

/** The user may have moved an order on since, which is told, too. */
function eventsOf(orderId: string, version: number): readonly string[] {
  return Array.from({ length: version }, (_, index) => eventId(orderId, index + 1))
}
