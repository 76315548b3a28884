import { createServer } from 'node:http'
import type { RequestListener, ServerResponse } from 'node:http'
import { Server as TcpServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { HEADERS_KEPT, MAX_HEADER_BYTES, limitHeaders } from './header-limits.js'
import { rawAnswer, refuseAtOnce } from './raw-answer.js'

export interface ServerOptions {
  readonly host: string
  readonly port: number
  /** Longer than the caller keeps idle connections, or the caller sends into one that is just being closed. */
  readonly keepAliveTimeoutMs: number
  /** Time for the headers of a request; a slow sender holds a connection no longer. Never above that of the whole. */
  readonly headersTimeoutMs: number
  /** Time for a whole request, headers and body. */
  readonly requestTimeoutMs: number
  /** One more connection is closed at once. */
  readonly maxConnections: number
  readonly listener: RequestListener
}

export interface HttpServer {
  readonly port: number
  /**
   * Takes no new connection, lets requests in flight finish, those too that are on their way on a connection that is
   * idle yet, and cuts those that are left after `timeoutMs`.
   */
  close(timeoutMs: number): Promise<void>
}

/** How often slow senders are looked for; every 30 s, as node:http does by itself, would treble their time. */
const CHECK_INTERVAL_MS = 1_000
/** How long an idle connection is kept while closing: node:http cuts it at once, under a request that was just sent. */
const LINGER_MS = 500
/** No connection is silent for longer within an exchange, also one that reads no answer: above the longest wait for a change (20 s). */
const SILENCE_TIMEOUT_MS = 30_000

const BAD_REQUEST = rawAnswer('malformed')

/** Answers by what node:http finds wrong with a request that cannot be parsed or is too slow. */
const RAW_ANSWERS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: rawAnswer('headers_too_large'),
  ERR_HTTP_REQUEST_TIMEOUT: rawAnswer('request_timeout'),
}

/** Starts listening. Rejects where the address cannot be had. */
export async function startHttpServer(options: ServerOptions): Promise<HttpServer> {
  const server = createServer(
    {
      keepAliveTimeout: options.keepAliveTimeoutMs,
      headersTimeout: Math.min(options.headersTimeoutMs, options.requestTimeoutMs),
      requestTimeout: options.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, options.headersTimeoutMs),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    limitHeaders(options.listener),
  )
  server.maxConnections = options.maxConnections
  server.maxHeadersCount = HEADERS_KEPT
  server.timeout = SILENCE_TIMEOUT_MS
  server.on('checkExpectation', (_request, response: ServerResponse) =>
    refuseAtOnce(response, 'expectation_failed'),
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
        // This one is called for what it does besides: it cuts idle connections and ends the checks of the slow ones.
        const linger = setTimeout(() => server.close(), Math.min(LINGER_MS, timeoutMs))
        const cut = setTimeout(() => server.closeAllConnections(), timeoutMs)
        TcpServer.prototype.close.call(server, () => {
          clearTimeout(linger)
          clearTimeout(cut)
          server.close()
          resolve()
        })
      }),
  }
}
