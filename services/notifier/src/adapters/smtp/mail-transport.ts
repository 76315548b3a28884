import { fault } from '@comanda/shared/fault'
import { parseConnectionUrl } from 'nodemailer/lib/shared'
import type { MailTransport } from '../../domain/ports.js'
import { mimeMessage } from './mime-message.js'
import type { MimeMessage } from './mime-message.js'
import { classifySendFailure } from './send-failure.js'
import { createSmtpSession } from './smtp-session.js'
import type { SmtpServer, SmtpSession } from './smtp-session.js'

export interface SmtpMailTransportOptions {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. `?requireTLS=true` insists on STARTTLS. */
  readonly url: string
  /** The longest that one mail may take, connection and log-in included. */
  readonly sendTimeoutMs: number
}

export interface SmtpMailTransport extends MailTransport {
  /** Closes every connection; a mail under way ends without an answer. */
  close(): void
}

interface IdleSession {
  readonly session: SmtpSession
  readonly sinceMs: number
}

/** A connection that was idle for longer may be gone without a word (NAT, firewalls), so it is not used again. */
const MAX_IDLE_MS = 30_000

/**
 * Creates a transport that keeps its SMTP connections open between mails, as many as mails are sent at once. Made of
 * nodemailer's connection: its pool takes twice the CPU for a mail, and does not tell a stale connection from a refusal.
 */
export function createSmtpMailTransport(options: SmtpMailTransportOptions): SmtpMailTransport {
  const { sendTimeoutMs } = options
  const server: SmtpServer = {
    connectionTimeout: sendTimeoutMs,
    greetingTimeout: sendTimeoutMs,
    dnsTimeout: sendTimeoutMs,
    // Sends have a deadline of their own; between them only MAX_IDLE_MS counts.
    socketTimeout: MAX_IDLE_MS + 2 * sendTimeoutMs,
    socketCloseTimeout: 1_000,
    ...parseConnectionUrl(options.url),
  }
  const idle: IdleSession[] = []
  const busy = new Set<SmtpSession>()

  /** The connection that was used last, so that those that the load does not need grow old. */
  function takeIdle(): SmtpSession | undefined {
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (last.session.isUsable && performance.now() - last.sinceMs <= MAX_IDLE_MS) return last.session
      last.session.close()
    }
    return undefined
  }

  async function sendOver(
    session: SmtpSession,
    isNew: boolean,
    message: MimeMessage,
    endsAtMs: number,
  ): Promise<void> {
    busy.add(session)
    // Time-outs of inactivity do not end a server that drips its answer.
    const deadline = setTimeout(() => session.close(timeoutError()), endsAtMs - performance.now())
    try {
      if (isNew) await session.open()
      await session.send(message)
    } catch (error) {
      if (isNew && !session.isUsable) session.close()
      throw error
    } finally {
      clearTimeout(deadline)
      busy.delete(session)
      if (session.isUsable) idle.push({ session, sinceMs: performance.now() })
    }
  }

  async function send(message: MimeMessage): Promise<void> {
    // One deadline for both tries: the claim of the mail outlasts one send time-out, not two.
    const endsAtMs = performance.now() + sendTimeoutMs
    const kept = takeIdle()
    if (kept === undefined) return sendOver(createSmtpSession(server), true, message, endsAtMs)
    try {
      await sendOver(kept, false, message, endsAtMs)
    } catch (error) {
      if (!kept.lostBeforeSending) throw error
      await sendOver(createSmtpSession(server), true, message, endsAtMs)
    }
  }

  return {
    async send(mail) {
      try {
        await fault('notifier.before-mail')
        await send(mimeMessage(mail))
        await fault('notifier.after-mail')
        return { kind: 'sent' }
      } catch (error) {
        const outcome = classifySendFailure(error)
        if (outcome === undefined) throw error
        return outcome
      }
    },
    close() {
      for (const { session } of idle.splice(0)) session.close()
      for (const session of busy) session.close()
    },
  }
}

function timeoutError(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })
}
