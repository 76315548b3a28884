import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

/** When which mail was taken, by the part of its Message-ID before the `@`: for Comanda's mails the event id. */
export interface TakenMails {
  readonly ids: readonly string[]
  /** Ms since 1970 with fractions. */
  readonly takenAt: readonly number[]
}

/**
 * The least SMTP server (RFC 5321) that a mailer can talk to: takes every mail, remembers id and instant, forgets the
 * rest. A general one costs more CPU a mail than the notifier, and on two cores it would be what is measured.
 */
export function createMailSink(): { readonly server: Server; readonly taken: TakenMails } {
  const ids: string[] = []
  const takenAt: number[] = []
  const server = createServer({ noDelay: true }, (socket) => {
    converse(socket, (mail) => {
      takenAt.push(performance.timeOrigin + performance.now())
      ids.push(/^message-id:\s*<([^@>]+)/im.exec(mail)?.[1] ?? '')
    })
  })
  return { server, taken: { ids, takenAt } }
}

const END_OF_MAIL = '\r\n.\r\n'

function converse(socket: Socket, take: (mail: string) => void): void {
  let received = ''
  let inMail = false
  const reply = (line: string) => socket.write(`${line}\r\n`, 'latin1')
  const command = (line: string): void => {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        return void reply('250-bench\r\n250 PIPELINING')
      case 'DATA':
        inMail = true
        return void reply('354 go on')
      case 'QUIT':
        reply('221 bye')
        return void socket.end()
      default:
        return void reply('250 ok')
    }
  }
  socket.setEncoding('latin1')
  socket.on('error', () => undefined)
  reply('220 bench')
  socket.on('data', (chunk: unknown) => {
    received += chunk as string
    for (;;) {
      const end = received.indexOf(inMail ? END_OF_MAIL : '\r\n')
      if (end === -1) return
      const text = received.slice(0, end)
      received = received.slice(end + (inMail ? END_OF_MAIL.length : 2))
      if (inMail) {
        inMail = false
        take(text)
        reply('250 taken')
      } else command(text)
    }
  })
}
