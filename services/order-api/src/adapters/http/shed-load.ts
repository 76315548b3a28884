import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { ApiError } from '../../domain/api-error.js'
import type { LoadShedder } from './load-shedder.js'
import { problemReply } from './problems.js'
import { rawHeaders } from './reply.js'

/** What there is no time for. */
export function overloadedError(): ApiError {
  return new ApiError('overloaded', 'More requests come than can be served. Send the same request again.')
}

const PROBLEM = problemReply(overloadedError())
const BODY = String(PROBLEM.body)

/** Ready-made: at twice the capacity half of all requests get one. They differ in when to come back. */
const HEADERS = ['1', '2', '3'].map((seconds) =>
  rawHeaders({ ...PROBLEM, headers: { ...PROBLEM.headers, 'retry-after': seconds } }),
)

/**
 * Stands before the application. What there is no time for gets a 503 before its path, its token or its body is looked
 * at; node:http throws the body away as it comes, and the connection goes on.
 */
export function shedLoad(
  listener: RequestListener,
  options: {
    readonly shedder: LoadShedder
    readonly onShed: (request: Pick<IncomingMessage, 'method' | 'url'>) => void
    /** True while the service drains: connections are closed after their answer. */
    readonly draining: () => boolean
  },
): RequestListener {
  const { shedder, onShed, draining } = options
  let shed = 0
  return (request, response) => {
    if (shedder.admits(request.method === 'GET' || request.method === 'HEAD' ? 'reads' : 'writes')) {
      listener(request, response)
      return
    }
    refuse(response, draining(), shed++)
    onShed(request)
  }
}

function refuse(response: ServerResponse, draining: boolean, shed: number): void {
  if (draining) response.shouldKeepAlive = false
  response.writeHead(PROBLEM.status, HEADERS[shed % HEADERS.length])
  response.end(BODY, 'latin1')
}
