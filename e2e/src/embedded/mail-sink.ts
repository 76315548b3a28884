import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as it arrived: the raw bytes, and who it was for. */
export interface ReceivedMail {
  readonly to: readonly string[]
  readonly raw: string
  readonly receivedAt: number
}

/** What the sink answers to a mail: 250, or a refusal with its SMTP code. */
export type MailAnswer = { readonly code: 250 } | { readonly code: number; readonly text: string } | 'hang'

export interface MailSink {
  readonly port: number
  readonly url: string
  readonly received: readonly ReceivedMail[]
  /** Called for every mail that was taken. */
  onMail: (mail: ReceivedMail) => void
  /** Decides what each mail is answered; by default every one is taken. */
  answer: (mail: ReceivedMail) => MailAnswer
  stop(): Promise<void>
}

export interface MailLogin {
  readonly user: string
  readonly password: string
}

/**
 * Starts an SMTP server on 127.0.0.1 that keeps what it gets, up to `keep` mails (the oldest go first). With a `login` it
 * takes mails of nobody else, and the URL carries it.
 */
export async function startMailSink(
  options: { readonly port?: number; readonly keep?: number; readonly login?: MailLogin } = {},
): Promise<MailSink> {
  const { keep = 100_000, login } = options
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    disabledCommands: login === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: login === undefined,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      if (username === login?.user && password === login?.password) callback(null, { user: username })
      else callback(new Error('wrong user or password'))
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const mail: ReceivedMail = {
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          receivedAt: Date.now(),
        }
        const answer = sink.answer(mail)
        if (answer === 'hang') return
        if ('text' in answer) {
          callback(Object.assign(new Error(answer.text), { responseCode: answer.code }))
          return
        }
        received.push(mail)
        if (received.length > keep) received.shift()
        sink.onMail(mail)
        callback()
      })
    },
  })
  // A client that goes away in the middle of a mail is no failure of the sink.
  server.on('error', () => undefined)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  const sink: MailSink = {
    port,
    url: `smtp://${login === undefined ? '' : `${login.user}:${login.password}@`}127.0.0.1:${port}`,
    received,
    onMail: () => undefined,
    answer: () => ({ code: 250 }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return sink
}
