import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startHttpServer } from '../src/adapters/http/server.js'
import type { HttpServer } from '../src/adapters/http/server.js'
import { createStand } from './http-stand.js'
import { LOCAL_SERVER } from './local-server.js'

let server: HttpServer

beforeAll(async () => {
  const { app } = createStand({ send: () => Promise.reject(new TypeError('a defect')) })
  server = await startHttpServer({ ...LOCAL_SERVER, listener: app })
})
afterAll(() => server.close(0))

/** Sends bytes as they are; resolves with all that comes back. */
async function send(...lines: readonly string[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  socket.write([...lines, '', ''].join('\r\n'))
  return text(socket)
}

const TOKEN = 'Authorization: Bearer storefront'

describe('an answer to whatever comes in', () => {
  it.each<[string, readonly string[], number]>([
    ['a good request', ['GET /v1/orders HTTP/1.1', 'Host: api', TOKEN, 'Connection: close'], 200],
    ['a request without a token', ['GET /v1/orders HTTP/1.1', 'Host: api', 'Connection: close'], 401],
    ['an unknown path', ['GET /.env HTTP/1.1', 'Host: api', 'Connection: close'], 404],
    ['a path that cannot be decoded', ['GET /v1/orders/%ff HTTP/1.1', 'Host: api', 'Connection: close'], 400],
    ['a method that nobody allows', ['TRACE /v1/orders HTTP/1.1', 'Host: api', 'Connection: close'], 405],
    [
      'a defect of ours',
      [
        'POST /v1/products/A/stock HTTP/1.1',
        'Host: api',
        TOKEN,
        'Connection: close',
        'Idempotency-Key: 0123456789abcdef',
        'Content-Type: application/json',
        'Content-Length: 26',
        '',
        '{"delta":1,"reason":"new"}',
      ],
      500,
    ],
    ['what is no HTTP', ['HELO api.shop.example'], 400],
    ['a version that there is not', ['GET / HTTP/9.9', 'Host: api'], 400],
    ['a header that is none', ['GET / HTTP/1.1', 'Host: api', 'x y: z'], 400],
    ['headers without end', ['GET / HTTP/1.1', 'Host: api', `X: ${'x'.repeat(20_000)}`], 431],
  ])('%s says nothing of what gives it', async (_name, lines, status) => {
    const answer = await send(...lines)

    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im)
    expect(answer).toMatch(/^cache-control: no-store\r$/im)
    expect(answer).not.toMatch(/^(?:server|x-powered-by|via|x-aspnet-version|x-runtime):/im)
    expect(answer).not.toMatch(/node|express|\bat .*:\d+:\d+|\.[jt]s\b|stack/i)
  })

  it('is bare where there is not even a host', async () => {
    expect(await send('GET / HTTP/1.1', 'Connection: close')).toMatch(
      /^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\nDate: [^\r]+\r\n(?:Transfer-Encoding: chunked\r\n\r\n0)?\r\n\r\n$/i,
    )
  })
})
