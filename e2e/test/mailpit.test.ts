import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import { readMailpit } from '../src/targets/mailpit.js'

let server: Server

afterEach(() => void server.close())

/** A Mailpit of so many mails, the newest first in its pages, that gets one more after each page. */
async function startBusyMailpit(count: number): Promise<string> {
  const ids = Array.from({ length: count }, (_, index) => `mail-${index}`)
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://mailpit.example')
    if (url.pathname !== '/api/v1/messages') {
      response.end(`Message-ID: <${url.pathname.split('/')[4]}>`)
      return
    }
    const start = Number(url.searchParams.get('start'))
    const page = ids.toReversed().slice(start, start + Number(url.searchParams.get('limit')))
    const messages = page.map((ID) => ({
      ID,
      Created: '2026-01-15T09:30:00.000Z',
      To: [{ Address: 'a@shop.example' }],
    }))
    response.end(JSON.stringify({ messages }))
    ids.push(`mail-${ids.length}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('reads every mail of a Mailpit once, oldest first, while others come', async () => {
  const url = await startBusyMailpit(1_200)

  const mails = await readMailpit(url)

  expect(mails.map(({ raw }) => raw)).toEqual(
    Array.from({ length: 1_200 }, (_, index) => `Message-ID: <mail-${index}>`),
  )
})
