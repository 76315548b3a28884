import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface ServerOptions {
  readonly host: string
  readonly port: number
  /** Longer than the caller keeps idle connections, or the caller sends into one that is just being closed. */
  readonly keepAliveTimeoutMs: number
  readonly listener: RequestListener
}

export interface HttpServer {
  readonly port: number
  /** Takes no new connection, lets requests in flight finish, and cuts those that are left after `timeoutMs`. */
  close(timeoutMs: number): Promise<void>
}

/** Time for the headers, and for the whole request: a slow sender holds a connection no longer. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 15_000

const MALFORMED = JSON.stringify({
  type: 'urn:comanda:problem:malformed',
  title: 'The request cannot be read',
  status: 400,
  detail: 'This is no valid HTTP request.',
})

/** An answer to what is no request: nothing of the framework is there yet to write it. */
function rawAnswer(statusLine: string, body = ''): string {
  const type = body === '' ? [] : ['content-type: application/problem+json']
  const length = `content-length: ${Buffer.byteLength(body)}`
  const headers = [
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    ...type,
    length,
    'connection: close',
  ]
  return [`HTTP/1.1 ${statusLine}`, ...headers, '', body].join('\r\n')
}

const BAD_REQUEST = rawAnswer('400 Bad Request', MALFORMED)

/** Answers by what node:http finds wrong with a request that cannot be parsed or is too slow. */
const RAW_ANSWERS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: rawAnswer('431 Request Header Fields Too Large'),
  ERR_HTTP_REQUEST_TIMEOUT: rawAnswer('408 Request Timeout'),
}

/** Starts listening. Rejects where the address cannot be had. */
export async function startHttpServer(options: ServerOptions): Promise<HttpServer> {
  const server = createServer(
    {
      keepAliveTimeout: options.keepAliveTimeoutMs,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
    options.listener,
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy()
    return socket.end(RAW_ANSWERS[error.code ?? ''] ?? BAD_REQUEST)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: (timeoutMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), timeoutMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
      }),
  }
}
