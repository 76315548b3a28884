import type { IncomingMessage } from 'node:http'
import type { Span, Tracing } from '@comanda/shared/tracing'
import type { ApiError } from '../../domain/api-error.js'
import type { Operation } from './operation.js'
import { PROBLEMS } from './problems.js'
import { traceparentOf } from './request-headers.js'

/** Methods that OpenTelemetry knows; any other is `_OTHER`, so that nobody makes names up. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'QUERY'],
])

/**
 * The span of a request that is being served. It goes on from the caller's trace. The path is left out, which the
 * semantic conventions ask for: ids travel there, and whatever else a caller writes.
 */
export function startRequestSpan(
  tracing: Tracing | undefined,
  request: IncomingMessage,
  operation: Operation | undefined,
): Span | undefined {
  if (tracing === undefined) return undefined
  const method = KNOWN_METHODS.has(request.method ?? '') ? request.method! : '_OTHER'
  const named = method === '_OTHER' ? 'HTTP' : method
  return tracing.start(operation === undefined ? named : `${named} ${operation.path}`, {
    kind: 'server',
    parent: traceparentOf(request.headers),
    attributes: {
      'http.request.method': method,
      'http.route': operation?.path,
      'url.scheme': 'http',
      'network.protocol.version': request.httpVersion,
    },
  })
}

/** Ends the span of a request that has been answered. A refusal is no failure of ours: only statuses from 500 on are. */
export function endRequestSpan(
  span: Span | undefined,
  status: number,
  { orderId, error }: { readonly orderId: string | undefined; readonly error: ApiError | undefined },
): void {
  if (span === undefined) return
  span.set({ 'http.response.status_code': status, 'comanda.order.id': orderId })
  if (error !== undefined) {
    if (PROBLEMS[error.code].status >= 500) span.fail(error.code)
    else span.set({ 'comanda.outcome': error.code })
  }
  span.end()
}

/** Ends the span of a request whose caller has gone before it was read. */
export function endAbortedSpan(span: Span | undefined): void {
  span?.fail('aborted')
  span?.end()
}
