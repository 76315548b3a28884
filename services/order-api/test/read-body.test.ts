import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { RequestAbortedError, readBody } from '../src/adapters/http/read-body.js'

let server: Server

afterEach(() => void server.close())

/** A server that begins to read a body once its caller has gone, as it may be while a token is verified. */
async function startLateReader() {
  const asked = Promise.withResolvers<undefined>()
  const outcome = Promise.withResolvers<unknown>()
  server = createServer((request) => {
    request.once('close', () => outcome.resolve(readBody(request).catch((error: unknown) => error)))
    asked.resolve(undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { asked: asked.promise, outcome: outcome.promise }
}

describe('reading a body', () => {
  it.each([
    ['half', '{"a":'],
    ['all', '{"a":1}'],
  ])('ends where its caller has gone before it began, though %s of it had come', async (_how, sent) => {
    const { asked, outcome } = await startLateReader()
    const caller = connect((server.address() as AddressInfo).port, '127.0.0.1')
    caller.write(
      `POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n${sent}`,
    )
    await asked

    caller.destroy()

    expect(await outcome).toBeInstanceOf(RequestAbortedError)
  })
})
