import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { writeMetrics } from './metrics/write-metrics.js'

/** Readiness of a service: it fails while starting and draining only, never because a shared dependency is away. */
export interface Readiness {
  set(ready: boolean): void
  readonly ready: boolean
}

export function createReadiness(): Readiness {
  let ready = false
  return {
    set: (value) => void (ready = value),
    get ready() {
      return ready
    },
  }
}

export interface AdminServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * The admin port: `/livez` (answers while the event loop turns; touches no dependency), `/readyz` and `/metrics`.
 * The gateway never routes to it. Stays open while the service drains, so that the drain can be watched.
 */
export async function startAdminServer(options: {
  readonly host: string
  readonly port: number
  readonly readiness: Readiness
  readonly registry: Registry
}): Promise<AdminServer> {
  const server = createServer((request, response) => {
    const reply = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    switch (request.url?.split('?', 1)[0]) {
      case '/livez':
        return reply(200, 'ok\n')
      case '/readyz':
        return options.readiness.ready ? reply(200, 'ready\n') : reply(503, 'starting or draining\n')
      case '/metrics':
        writeMetrics(options.registry, request.headers.accept).then(
          ({ text, contentType }) => reply(200, text, contentType),
          () => reply(500, 'metrics are not available\n'),
        )
        return
      default:
        return reply(404, 'not found: /livez, /readyz, /metrics\n')
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
