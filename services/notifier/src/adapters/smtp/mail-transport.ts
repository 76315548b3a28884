import { createTransport } from 'nodemailer'
import type { MailTransport } from '../../domain/ports.js'
import { classifySendFailure } from './send-failure.js'

export interface SmtpMailTransportOptions {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. `?requireTLS=true` insists on STARTTLS. */
  readonly url: string
  readonly maxConnections: number
  /** The longest that one mail may take, connection and log-in included. */
  readonly sendTimeoutMs: number
}

export interface SmtpMailTransport extends MailTransport {
  /** Closes idle connections now and busy ones after their mail. */
  close(): void
}

/** Creates a transport over a pool of SMTP connections, which stay open between mails. */
export function createSmtpMailTransport(options: SmtpMailTransportOptions): SmtpMailTransport {
  const { sendTimeoutMs } = options
  const pool = createTransport({
    url: options.url,
    pool: true,
    maxConnections: options.maxConnections,
    maxMessages: Infinity,
    connectionTimeout: sendTimeoutMs,
    greetingTimeout: sendTimeoutMs,
    socketTimeout: sendTimeoutMs,
    dnsTimeout: sendTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      // Inactivity time-outs do not end a server that drips its answer.
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort(), sendTimeoutMs)
      try {
        await pool.sendMail({
          messageId: mail.messageId,
          from: mail.from,
          to: mail.to,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          headers: {
            // SES and some relays replace the Message-ID; this one survives.
            'X-Comanda-Event-Id': mail.eventId,
            'X-Comanda-Order-Id': mail.orderId,
            // RFC 3834: no holiday replies to a machine.
            'Auto-Submitted': 'auto-generated',
            'Content-Language': mail.language,
          },
          signal: deadline.signal,
        })
        return { kind: 'sent' }
      } catch (error) {
        const outcome = classifySendFailure(error)
        if (outcome === undefined) throw error
        return outcome
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => pool.close(),
  }
}
