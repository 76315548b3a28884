import type { IncomingMessage } from 'node:http'
import { accountHash } from '@comanda/shared/identity'
import type { Logger } from '@comanda/shared/logging'
import { traceIdOf } from '@comanda/shared/tracing'
import type { RequestObserver } from './adapters/http/observer.js'
import { placeOrderOperation } from './adapters/http/order-operations.js'
import { PROBLEMS } from './adapters/http/problems.js'
import type { ErrorCode } from './domain/api-error.js'
import type { Metrics } from './metrics.js'

/** Methods that get a label of their own; the set of labels must stay closed. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Refusals that come in floods. */
const FLOODS: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'too_many_at_once', 'overloaded'])

/**
 * Counts and logs answered requests: ids, codes and times, never bodies, paths or queries. A refusal is one line at
 * `info`, an outage of what we need one at `warn`, a defect one at `error`. Where there are too many requests, for an account
 * or for this replica, it is one at `debug`: a flood must not cost a flood of lines. Other answers are lines at `debug`, or
 * at `info` with `accessLog`.
 */
export function createRequestLog(logger: Logger, metrics: Metrics, accessLog: boolean): RequestObserver {
  const answeredLevel = accessLog ? 'info' : 'debug'
  const logsAnswers = logger.isLevelEnabled(answeredLevel)
  return (request) => {
    const { operation, status, durationMs, principal, orderId, requestId, traceparent, error } = request
    const route = operation?.path ?? 'none'
    const method = methodLabel(request.method)
    metrics.requestAnswered({ route, method, status, seconds: durationMs / 1_000, traceparent })
    if (error === undefined && !logsAnswers) return
    const line = {
      route,
      method,
      status,
      orderId,
      accountHash: principal && accountHash(principal.account),
      actor: principal?.actor,
      requestId,
      traceId: traceIdOf(traceparent),
      durationMs: Math.round(durationMs),
    }
    if (error === undefined) {
      logger[answeredLevel](line, 'answered')
      return
    }
    metrics.refused(error.code)
    const refusal = { code: error.code, ...line }
    if (error.code === 'internal') logger.error({ ...refusal, err: error.cause }, 'failed')
    else if (FLOODS.has(error.code)) logger.debug(refusal, 'refused')
    else if (PROBLEMS[error.code].status >= 500)
      logger.warn({ ...refusal, err: error.cause }, 'not available')
    else logger.info(refusal, 'refused')
  }
}

/** A line in this time says that requests are shed; `requests_refused_total` says how many. */
const SHED_LINE_INTERVAL_MS = 10_000

/**
 * Counts the requests that are shed before they are routed. New orders are told by their path, so that each counts against
 * the goal of the intake; everything else has no route yet.
 */
export function createShedLog(
  logger: Logger,
  metrics: Metrics,
): (request: Pick<IncomingMessage, 'method' | 'url'>) => void {
  let saidAt = -Infinity
  return ({ method, url }) => {
    const { status } = PROBLEMS.overloaded
    const route = url === placeOrderOperation.path ? url : 'none'
    metrics.requestAnswered({ route, method: methodLabel(method!), status, seconds: 0 })
    metrics.refused('overloaded')
    const now = performance.now()
    if (now - saidAt < SHED_LINE_INTERVAL_MS) return
    saidAt = now
    logger.warn({ code: 'overloaded' }, 'more requests come than can be served: some are shed')
  }
}

function methodLabel(method: string): string {
  return METHODS.has(method) ? method : 'other'
}
