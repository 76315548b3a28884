import type { ReceivedMail } from '@comanda/e2e/embedded'
import type { EmbeddedTarget } from '@comanda/e2e/targets'

/** What the demo remembers of the mails: ids and times, and one mail to show. */
export interface Mailbox {
  /** Mails by Message-ID: more than one copy is a notification that was sent twice. */
  readonly copies: ReadonlyMap<string, number>
  /** When the first mail of an order came. */
  readonly firstMailAt: ReadonlyMap<string, number>
  readonly sample: ReceivedMail | undefined
}

const MESSAGE_ID = /^Message-ID: (\S+)/im
const ORDER_ID = /^X-Comanda-Order-Id: (\S+)/im
const CONFIRMED_SUBJECT = /^Subject: .*confirm/im

/** Listens to the target's mail sink. Raw mails are not kept: the year's would fill the memory. */
export function watchMails(target: EmbeddedTarget): Mailbox {
  const copies = new Map<string, number>()
  const firstMailAt = new Map<string, number>()
  let sample: ReceivedMail | undefined
  target.mailSink.onMail = (mail) => {
    const head = mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'))
    const messageId = MESSAGE_ID.exec(head)?.[1] ?? 'none'
    const orderId = ORDER_ID.exec(head)?.[1] ?? 'none'
    copies.set(messageId, (copies.get(messageId) ?? 0) + 1)
    if (!firstMailAt.has(orderId)) firstMailAt.set(orderId, mail.receivedAt)
    if (sample === undefined || (!CONFIRMED_SUBJECT.test(sample.raw) && CONFIRMED_SUBJECT.test(head)))
      sample = mail
  }
  return {
    copies,
    firstMailAt,
    get sample() {
      return sample
    },
  }
}
