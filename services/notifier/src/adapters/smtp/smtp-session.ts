import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'
import type { MimeMessage } from './mime-message.js'

/** Where and how to connect. */
export type SmtpServer = SMTPConnectionOptions & { readonly auth?: SMTPConnectionAuth }

/** An SMTP connection that takes one mail at a time. Failures are nodemailer's errors. */
export interface SmtpSession {
  /** Connects and logs in. */
  open(): Promise<void>
  /** Resolves once the server has taken the mail. */
  send(message: MimeMessage): Promise<void>
  /** False once the connection is closed or in a state that no further mail may meet. */
  readonly isUsable: boolean
  /** The last mail failed before a byte of it left, since the server had closed the idle connection. It may go again at once. */
  readonly lostBeforeSending: boolean
  /** Closes at once; what is under way rejects with `reason`. */
  close(reason?: Error): void
}

/** Creates a session that is not connected yet. */
export function createSmtpSession(server: SmtpServer): SmtpSession {
  const connection = new SMTPConnection(server)
  let isUsable = true
  let lostBeforeSending = false
  /** Rejects the one command under way. */
  let fail: ((error: Error) => void) | undefined

  connection.on('error', (error: Error) => fail?.(error))
  connection.once('end', () => {
    isUsable = false
    fail?.(Object.assign(new Error('the server closed the connection'), { code: 'ECONNECTION' }))
  })

  function close(reason: Error = new Error('the session is closed')): void {
    isUsable = false
    fail?.(reason)
    connection.close()
  }

  function answerTo(command: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      fail = reject
      command((error) => (error ? reject(error) : resolve()))
    })
  }

  /** After a refusal the session is reset and kept; after anything else nobody knows its state. */
  async function recover(error: unknown): Promise<void> {
    const { responseCode } = error as { responseCode?: number }
    if (!isUsable || responseCode === undefined || responseCode === 421) close()
    else await answerTo((done) => connection.reset(done)).catch(() => close())
  }

  return {
    async open() {
      const { auth } = server
      await answerTo((done) => connection.connect(done))
      // eslint-disable-next-line security/detect-possible-timing-attacks -- compared with nothing
      if (auth !== undefined) await answerTo((done) => connection.login(auth, done))
    },
    async send({ envelope, bytes }) {
      lostBeforeSending = false
      const content = contentOf(bytes)
      try {
        await answerTo((done) => connection.send({ ...envelope, size: bytes.length }, content, done))
      } catch (error) {
        lostBeforeSending = isLost(error) && !content.readableDidRead
        content.destroy()
        await recover(error)
        throw error
      }
    },
    get isUsable() {
      return isUsable
    },
    get lostBeforeSending() {
      return lostBeforeSending
    },
    close,
  }
}

/** As `Readable.from` would make it, without its iterators and promises. */
function contentOf(bytes: Buffer): Readable {
  return new Readable({
    read() {
      this.push(bytes)
      this.push(null)
    },
  })
}

function isLost(error: unknown): boolean {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  return responseCode === 421 || code === 'ECONNECTION' || code === 'ESOCKET'
}
