import { accountHash } from '@comanda/shared/identity'
import type { Logger } from '@comanda/shared/logging'
import { traceIdOf } from '@comanda/shared/tracing'
import type { RequestObserver } from './adapters/http/observer.js'
import { PROBLEMS } from './adapters/http/problems.js'
import type { Metrics } from './metrics.js'

/** Methods that get a label of their own; the set of labels must stay closed. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Counts and logs answered requests: ids, codes and times, never bodies, paths or queries. A refusal is one line at
 * `info`, or at `debug` where it is for the limits of an account: a flood must not cost a flood of lines. An outage of what we need at `warn`, a defect at `error`; other answers are lines at `debug`, or at `info`
 * with `accessLog`.
 */
export function createRequestLog(logger: Logger, metrics: Metrics, accessLog: boolean): RequestObserver {
  const answeredLevel = accessLog ? 'info' : 'debug'
  const logsAnswers = logger.isLevelEnabled(answeredLevel)
  return (request) => {
    const { operation, status, durationMs, principal, orderId, requestId, error } = request
    const route = operation?.path ?? 'none'
    const method = METHODS.has(request.method) ? request.method : 'other'
    metrics.requestAnswered(route, method, status, durationMs / 1_000)
    if (error === undefined && !logsAnswers) return
    const line = {
      route,
      method,
      status,
      orderId,
      accountHash: principal && accountHash(principal.account),
      actor: principal?.actor,
      requestId,
      traceId: traceIdOf(request.traceparent),
      durationMs: Math.round(durationMs),
    }
    if (error === undefined) {
      logger[answeredLevel](line, 'answered')
      return
    }
    metrics.refused(error.code)
    const refusal = { code: error.code, ...line }
    if (error.code === 'internal') logger.error({ ...refusal, err: error.cause }, 'failed')
    else if (PROBLEMS[error.code].status >= 500)
      logger.warn({ ...refusal, err: error.cause }, 'not available')
    else if (PROBLEMS[error.code].status === 429) logger.debug(refusal, 'refused')
    else logger.info(refusal, 'refused')
  }
}
