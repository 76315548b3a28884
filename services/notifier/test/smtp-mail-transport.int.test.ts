import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { freePort, startMailSink } from '@comanda/e2e/embedded'
import type { MailSink } from '@comanda/e2e/embedded'
import { createSmtpMailTransport } from '../src/adapters/smtp/mail-transport.js'
import type { SmtpMailTransport } from '../src/adapters/smtp/mail-transport.js'
import type { OutgoingMail } from '../src/domain/outgoing-mail.js'
import { headerOf } from './running-notifier.js'

const mail: OutgoingMail = {
  messageId: '<7c2e9b40-53d1-8a6f-b2c8-1d0e9f8a7b6c@giftshop.example>',
  from: { name: 'The Gift Shop', address: 'orders@giftshop.example' },
  to: { name: 'José "Pepe" Núñez', address: 'jose@shop.example' },
  subject: 'Tu pedido 536365 está en camino',
  language: 'es',
  eventId: '7c2e9b40-53d1-8a6f-b2c8-1d0e9f8a7b6c',
  orderId: '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f',
  text: '.a line that starts with a dot\nTotal: 15,30 €\n',
  html: '<p>Total: 15,30 €</p>',
}

describe('the SMTP transport', () => {
  let sink: MailSink
  let transport: SmtpMailTransport
  beforeEach(async () => {
    sink = await startMailSink()
    transport = createSmtpMailTransport({ url: sink.url, sendTimeoutMs: 2_000 })
  })
  afterEach(async () => {
    transport.close()
    await sink.stop()
  })

  it('delivers both bodies and every header as they were', async () => {
    const outcome = await transport.send(mail)

    const [received] = sink.received
    expect(outcome).toEqual({ kind: 'sent' })
    expect(received!.to).toEqual(['jose@shop.example'])
    expect(headerOf(received!, 'Message-ID')).toBe(mail.messageId)
    expect(headerOf(received!, 'X-Comanda-Event-Id')).toBe(mail.eventId)
    expect(headerOf(received!, 'X-Comanda-Order-Id')).toBe(mail.orderId)
    expect(headerOf(received!, 'Auto-Submitted')).toBe('auto-generated')
    expect(headerOf(received!, 'From')).toBe('The Gift Shop <orders@giftshop.example>')
    expect(headerOf(received!, 'Subject')).toBe('=?UTF-8?Q?Tu_pedido_536365_est=C3=A1_en_camino?=')
    expect(received!.raw).toContain('.a line that starts with a dot\r\nTotal: 15,30 =E2=82=AC\r\n')
    expect(received!.raw).toContain('<p>Total: 15,30 &#8364;</p>')
  })

  it('sends HTML as it is, every character beyond ASCII as a reference', async () => {
    await transport.send({ ...mail, html: '<p style="a">Ünï 🎁 &amp;</p>\n.\n<p>b</p>' })

    const [received] = sink.received
    expect(received!.raw).toContain(
      'Content-Transfer-Encoding: 7bit\r\n\r\n<p style="a">&#220;n&#239; &#127873; &amp;</p>\r\n.\r\n<p>b</p>\r\n',
    )
  })

  it('sends no line that is longer than a message may have', async () => {
    await transport.send({ ...mail, html: `<p title="${'a'.repeat(990)}">€</p>` })

    const [received] = sink.received
    const lengths = received!.raw.split('\r\n').map(({ length }) => length)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(998)
    expect(received!.raw).toContain('=E2=82=AC</p>')
  })

  it('lets no line break of a value begin a header', async () => {
    await transport.send({
      ...mail,
      subject: 'x\r\nBcc: all@shop.example',
      to: { name: 'A\r\nX-Evil: 1', address: 'a@shop.example' },
    })

    const [received] = sink.received
    expect(received!.to).toEqual(['a@shop.example'])
    expect(headerOf(received!, 'Bcc')).toBeUndefined()
    expect(headerOf(received!, 'X-Evil')).toBeUndefined()
  })

  it('keeps one connection for mails that follow each other, also after a refusal', async () => {
    let refuse = true
    sink.answer = () => (refuse ? { code: 550, text: 'no such user jose@shop.example' } : { code: 250 })

    const refused = await transport.send(mail)
    refuse = false
    const sent = await transport.send(mail)

    expect(refused).toEqual({ kind: 'refused', reason: 'smtp_550' })
    expect(sent).toEqual({ kind: 'sent' })
  })

  it.each([
    [450, 'deferred'],
    [452, 'deferred'],
    [550, 'refused'],
    [554, 'refused'],
  ])('takes a %i for %s, and keeps what the server said to itself', async (code, kind) => {
    sink.answer = () => ({ code, text: 'jose@shop.example is unknown here' })

    const outcome = await transport.send(mail)

    expect(outcome).toEqual({ kind, reason: `smtp_${code}` })
  })

  it('ends an attempt that is never answered', async () => {
    sink.answer = () => 'hang'
    const hasty = createSmtpMailTransport({ url: sink.url, sendTimeoutMs: 200 })

    const outcome = await hasty.send(mail)

    hasty.close()
    expect(outcome).toEqual({ kind: 'no_answer', reason: 'smtp_timeout' })
  })

  it('ends an attempt that is answered with a drip', async () => {
    const tarpit = await listen((socket) => {
      const drip = setInterval(() => socket.write('220-\r\n'), 20)
      socket.on('close', () => clearInterval(drip))
    })
    const hasty = createSmtpMailTransport({ url: tarpit.url, sendTimeoutMs: 200 })

    const outcome = await hasty.send(mail)

    hasty.close()
    tarpit.server.close()
    expect(outcome).toEqual({ kind: 'no_answer', reason: 'smtp_timeout' })
  })

  it('says that nobody answered where no server is', async () => {
    const nowhere = createSmtpMailTransport({
      url: `smtp://127.0.0.1:${await freePort()}`,
      sendTimeoutMs: 2_000,
    })

    const outcome = await nowhere.send(mail)

    expect(outcome).toEqual({ kind: 'no_answer', reason: 'smtp_esocket' })
  })

  it('does not blame the mail for a server that greets with an error', async () => {
    const closed = await listen((socket) => socket.end('554 not today\r\n'))
    const greeted = createSmtpMailTransport({ url: closed.url, sendTimeoutMs: 2_000 })

    const outcome = await greeted.send(mail)

    closed.server.close()
    expect(outcome).toEqual({ kind: 'no_answer', reason: 'smtp_554' })
  })

  it('sends over a new connection when the server has closed the idle one', async () => {
    const connections: Socket[] = []
    const between = await listen((socket) => {
      connections.push(socket)
      const onwards = connect(sink.port, '127.0.0.1')
      onwards.on('error', () => undefined)
      socket.on('close', () => onwards.destroy())
      socket.pipe(onwards).pipe(socket)
    })
    const kept = createSmtpMailTransport({ url: between.url, sendTimeoutMs: 2_000 })
    await kept.send(mail)
    connections[0]!.destroy()

    const outcome = await kept.send(mail)

    kept.close()
    between.server.close()
    expect(outcome).toEqual({ kind: 'sent' })
    expect(connections).toHaveLength(2)
    expect(sink.received).toHaveLength(2)
  })

  it('takes one send time-out in all when the idle connection is lost late and the new one hangs', async () => {
    const connections: Socket[] = []
    const between = await listen((socket) => {
      connections.push(socket)
      if (connections.length > 1) return
      const onwards = connect(sink.port, '127.0.0.1')
      onwards.on('error', () => undefined)
      socket.on('close', () => onwards.destroy())
      onwards.pipe(socket)
      socket.on('data', (bytes) => {
        // The second mail is left without an answer, until the connection is lost.
        if (sink.received.length === 0 || !bytes.includes('MAIL FROM')) onwards.write(bytes)
        else setTimeout(() => socket.destroy(), 700)
      })
    })
    const kept = createSmtpMailTransport({ url: between.url, sendTimeoutMs: 1_000 })
    await kept.send(mail)
    const startedAt = performance.now()

    const outcome = await kept.send(mail)

    const tookMs = performance.now() - startedAt
    kept.close()
    connections.forEach((socket) => socket.destroy())
    between.server.close()
    expect(connections).toHaveLength(2)
    expect(outcome).toEqual({ kind: 'no_answer', reason: 'smtp_timeout' })
    expect(tookMs).toBeLessThan(1_500)
  })

  it('insists on STARTTLS where the setting says so', async () => {
    const strict = createSmtpMailTransport({ url: `${sink.url}?requireTLS=true`, sendTimeoutMs: 2_000 })

    const outcome = await strict.send(mail)

    strict.close()
    expect(outcome).toMatchObject({ kind: 'no_answer' })
    expect(sink.received).toEqual([])
  })
})

/** A server of the test's own on 127.0.0.1. */
async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
