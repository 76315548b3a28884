import type { ReceivedMail } from '@comanda/e2e/embedded'
import type { Installation } from './installation.js'

/** The mails about one event. */
export interface MailedEvent {
  readonly orderId: string
  /** Recipients of the first of them, and when it came (wall clock, ms). */
  readonly to: readonly string[]
  readonly firstAt: number
  /** More than one is a notification that was sent again. */
  readonly copies: number
}

/** What the demo remembers of the mails: ids and times, and one mail to show. */
export interface Mailbox {
  /** By event id, which is the Message-ID without its domain. In the order in which they came. */
  readonly events: ReadonlyMap<string, MailedEvent>
  readonly sample: ReceivedMail | undefined
}

const MESSAGE_ID = /^Message-ID: <([^@\s]+)@/im
const ORDER_ID = /^X-Comanda-Order-Id: (\S+)/im
const CONFIRMED_SUBJECT = /^Subject: .*confirm/im

/** Listens to the target's mail sink. Raw mails are not kept: the year's would fill the memory. */
export function watchMails({ mailSink }: Pick<Installation, 'mailSink'>): Mailbox {
  const events = new Map<string, MailedEvent>()
  let sample: ReceivedMail | undefined
  mailSink.onMail = (mail) => {
    const head = mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'))
    const eventId = MESSAGE_ID.exec(head)?.[1] ?? 'none'
    const before = events.get(eventId)
    events.set(eventId, {
      orderId: ORDER_ID.exec(head)?.[1] ?? 'none',
      to: mail.to,
      firstAt: mail.receivedAt,
      ...before,
      copies: (before?.copies ?? 0) + 1,
    })
    if (sample === undefined || (!CONFIRMED_SUBJECT.test(sample.raw) && CONFIRMED_SUBJECT.test(head)))
      sample = mail
  }
  return {
    events,
    get sample() {
      return sample
    },
  }
}
