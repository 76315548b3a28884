import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { MAX_HEADERS, MAX_HEADER_BYTES } from '../src/adapters/http/header-limits.js'
import { startHttpServer } from '../src/adapters/http/server.js'
import type { HttpServer } from '../src/adapters/http/server.js'
import { LOCAL_SERVER } from './local-server.js'

let server: HttpServer
let handled: string[]

beforeEach(async () => {
  handled = []
  server = await startHttpServer({
    ...LOCAL_SERVER,
    keepAliveTimeoutMs: 200,
    headersTimeoutMs: 200,
    requestTimeoutMs: 400,
    maxConnections: 2,
    listener: (request, response) => {
      handled.push(request.url!)
      request.resume().on('end', () => response.end('ok'))
    },
  })
})

afterEach(() => server.close(0))

/** Sends bytes, leaves its side open, and resolves with all that came once the server has closed. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let received = ''
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    socket.setEncoding('latin1').on('data', (text) => (received += String(text)))
    // Who is closed while writing hears of it; `close` follows.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(received))
  })
}

const SECOND = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const post = (fields: string, body: string) => `POST /first HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`

describe('a request that a gateway may read in another way', () => {
  it.each([
    [
      'Content-Length and Transfer-Encoding',
      post('Content-Length: 5\r\nTransfer-Encoding: chunked', `0\r\n\r\n${SECOND}`),
    ],
    [
      'Transfer-Encoding and Content-Length',
      post('Transfer-Encoding: chunked\r\nContent-Length: 5', `0\r\n\r\n${SECOND}`),
    ],
    ['two lengths that differ', post('Content-Length: 0\r\nContent-Length: 36', SECOND)],
    ['two lengths that agree', post('Content-Length: 0\r\nContent-Length: 0', SECOND)],
    ['a list of lengths', post('Content-Length: 0, 36', SECOND)],
    ['a length with a sign', post('Content-Length: +0', SECOND)],
    ['a length in hexadecimal', post('Content-Length: 0x0', SECOND)],
    ['a coding that is not chunked', post('Transfer-Encoding: xchunked', SECOND)],
    ['chunked that is not last', post('Transfer-Encoding: chunked, identity', `0\r\n\r\n${SECOND}`)],
    ['a space before the colon', post('Content-Length : 0', SECOND)],
    ['a folded header', post('X-A: b\r\n Content-Length: 36', SECOND)],
    ['a folded Transfer-Encoding', post('Transfer-Encoding:\r\n chunked', `0\r\n\r\n${SECOND}`)],
    ['a bare LF between headers', `POST /first HTTP/1.1\nHost: a\nContent-Length: 0\n\n${SECOND}`],
    ['a bare CR in a header', post('X-A: b\rContent-Length: 36', SECOND)],
    ['a NUL in a header', post('X-A: b\0c\r\nContent-Length: 0', SECOND)],
    ['a chunk size with a sign', post('Transfer-Encoding: chunked', `+0\r\n\r\n${SECOND}`)],
    ['a chunk ended by a bare LF', post('Transfer-Encoding: chunked', `1\nA\n0\n\n${SECOND}`)],
  ])('with %s is refused and the connection closed', async (_name, bytes) => {
    const answer = await exchange(bytes)

    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*connection: close/i)
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(handled).not.toContain('/smuggled')
  })
})

describe('limits of a request', () => {
  it('refuses more header fields than allowed, and passes that many', async () => {
    const get = (count: number) => {
      const others = Array.from({ length: count - 2 }, (_, index) => `X-${index}: a`)
      return ['GET /first HTTP/1.1', ...others, 'Host: a', 'Connection: close', '', ''].join('\r\n')
    }

    expect(await exchange(get(MAX_HEADERS))).toMatch(/^HTTP\/1\.1 200 /)
    expect(await exchange(get(MAX_HEADERS + 1))).toMatch(/^HTTP\/1\.1 431 /)
    expect(await exchange(get(MAX_HEADERS * 3))).toMatch(/^HTTP\/1\.1 431 [^]*connection: close/i)
    expect(handled).toHaveLength(1)
  })

  it('refuses headers that are too large together', async () => {
    const large = `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(MAX_HEADER_BYTES)}\r\n\r\n`

    expect(await exchange(large)).toMatch(/^HTTP\/1\.1 431 /)
    expect(handled).toEqual([])
  })

  it.each([
    ['says nothing', '', 408],
    ['never ends its headers', 'GET / HTTP/1.1\r\nHost: a\r\n', 408],
    ['never ends its body', post('Content-Length: 10', '12345'), 408],
    ['has its answer and sends no other request', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 200],
  ])('closes the connection of one who %s', async (_name, bytes, status) => {
    expect(await exchange(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })

  it.each([
    ['too many header fields', `GET / HTTP/1.1\r\nHost: a\r\n${'X-A: a\r\n'.repeat(MAX_HEADERS)}\r\n`, 431],
    ['too large headers', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(MAX_HEADER_BYTES)}\r\n\r\n`, 431],
    ['a request that comes too slowly', 'GET / HTTP/1.1\r\nHost: a\r\n', 408],
    [
      'an expectation that nobody can meet',
      post('Expect: the-spanish-inquisition\r\nContent-Length: 0', ''),
      417,
    ],
    ['what is no HTTP', 'HELO api.shop.example\r\n\r\n', 400],
  ])('answers %s with a problem document, and closes', async (_name, bytes, status) => {
    const [head, body] = (await exchange(bytes)).split('\r\n\r\n')

    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    for (const field of [
      'content-type: application/problem\\+json',
      'cache-control: no-store',
      'connection: close',
    ])
      expect(head).toMatch(new RegExp(`^${field}\r?$`, 'im'))
    expect(head).toMatch(new RegExp(`^content-length: ${body!.length}\r?$`, 'im'))
    expect(JSON.parse(body!)).toMatchObject({ type: expect.stringMatching(/^urn:comanda:problem:/), status })
    expect(handled).toEqual([])
  })

  it('closes a connection above their number at once', async () => {
    const held = [exchange('GET / HTTP/1.1\r\nHost: a\r\n'), exchange('GET / HTTP/1.1\r\nHost: a\r\n')]

    expect(await exchange(SECOND)).toBe('')
    expect(handled).toEqual([])
    expect(await Promise.all(held)).toEqual([expect.stringMatching(/ 408 /), expect.stringMatching(/ 408 /)])
  })
})
