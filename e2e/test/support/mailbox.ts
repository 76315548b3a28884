import { simpleParser } from 'mailparser'
import type { Target } from '../../src/targets/index.js'

export interface Mail {
  readonly eventId: string
  readonly orderId: string
  readonly messageId: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
}

const EVENT_ID = /^X-Comanda-Event-Id: (\S+)\r?$/im
const ORDER_ID = /^X-Comanda-Order-Id: (\S+)\r?$/im

/** The event ids of all mails in the order in which they came, repeated ones included. */
export async function mailedEventIds(target: Target): Promise<readonly string[]> {
  return (await target.mails()).map(({ raw }) => EVENT_ID.exec(raw)?.[1] ?? 'a mail without an event id')
}

/** The mails about one order, in the order in which they came. */
export async function mailsAbout(target: Target, orderId: string): Promise<readonly Mail[]> {
  const mails = (await target.mails()).filter(({ raw }) => ORDER_ID.exec(raw)?.[1] === orderId)
  return Promise.all(
    mails.map(async ({ raw, to }) => {
      const { messageId = '', subject = '', text = '', html } = await simpleParser(raw)
      return {
        eventId: EVENT_ID.exec(raw)?.[1] ?? '',
        orderId,
        messageId,
        to,
        subject,
        text,
        html: html === false || html === undefined ? '' : html,
      }
    }),
  )
}
