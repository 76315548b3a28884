import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, it } from '@jest/globals'
import { createMailSink } from '../src/load/mail-sink.js'

it('takes mails one after the other on one connection and keeps their ids', async () => {
  const { server, taken } = createMailSink()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.setEncoding('latin1')
  const next = async () => ((await once(socket, 'data')) as [string])[0].trim()
  const say = async (text: string) => {
    socket.write(text)
    return next()
  }

  expect(await next()).toBe('220 bench')
  expect(await say('EHLO me\r\n')).toBe('250-bench\r\n250 PIPELINING')
  for (const id of ['event-1', 'event-2']) {
    expect(await say('MAIL FROM:<a@b.example>\r\n')).toBe('250 ok')
    expect(await say('RCPT TO:<c@d.example>\r\n')).toBe('250 ok')
    expect(await say('DATA\r\n')).toBe('354 go on')
    socket.write(`Subject: x\r\nMessage-ID: <${id}@shop.example>\r\n\r\nText\r`)
    expect(await say('\n.\r\n')).toBe('250 taken')
  }
  expect(await say('QUIT\r\n')).toBe('221 bye')
  server.close()

  expect(taken.ids).toEqual(['event-1', 'event-2'])
  expect(taken.takenAt[1]!).toBeGreaterThanOrEqual(taken.takenAt[0]!)
})
