import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a backend saw of a request. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

/** Stands in for order-api where only the gateway is judged: what it answers depends on the path. */
export interface Backend {
  readonly port: number
  readonly seen: readonly Seen[]
  /** Lets every held request go. */
  release(): void
  stop(): Promise<void>
}

/** A path with `/hold` answers when released, `/v1/reset` breaks the connection, `/v1/fail` answers 503, all others 200 at once. */
export async function startBackend(port = 0): Promise<Backend> {
  const seen: Seen[] = []
  const held = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const path = request.url ?? ''
      seen.push({ method: request.method ?? '', path, headers: request.headers })
      if (path.includes('/hold')) held.add(response)
      else if (path.startsWith('/v1/reset')) request.socket.destroy()
      else response.writeHead(path.startsWith('/v1/fail') ? 503 : 200).end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    release() {
      for (const response of held) response.writeHead(200).end('released')
      held.clear()
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
