import { z } from 'zod'
import type { Channel } from './channel.js'
import { orderMail, singleLine } from './mail/order-mail.js'
import type { OrderMail } from './mail/order-mail.js'
import { messageId } from './message-id.js'
import type { MailTransport } from './ports.js'

/** Lays a mail out. Text from the order is escaped where the format asks for it. */
export interface MailLayout {
  html(mail: OrderMail): string
  text(mail: OrderMail): string
}

export interface EmailChannelOptions {
  readonly transport: MailTransport
  readonly layout: MailLayout
  readonly shopName: string
  /** The address that mails come from. */
  readonly sender: string
}

const Address = z.email()

/** E-mail to the customer of an order. An order has one endpoint, its customer, where an address is known. */
export function createEmailChannel(options: EmailChannelOptions): Channel {
  const from = { name: singleLine(options.shopName), address: options.sender }
  return {
    name: 'email',
    endpointsOf: ({ data }) => (data.email === undefined ? [] : ['customer']),
    async send({ event }) {
      const address = Address.safeParse(event.data.email)
      // No server could take it, and it could carry commands of its own.
      if (!address.success) return { kind: 'refused', reason: 'invalid_address' }
      const mail = orderMail(event, options.shopName)
      return options.transport.send({
        messageId: messageId(event.id, options.sender),
        from,
        to: { name: singleLine(event.data.name ?? ''), address: address.data },
        subject: mail.subject,
        language: mail.language,
        eventId: event.id,
        orderId: event.subject,
        traceparent: event.traceparent,
        text: options.layout.text(mail),
        html: options.layout.html(mail),
      })
    },
  }
}
