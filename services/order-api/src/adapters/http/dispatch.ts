import { runIn } from '@comanda/shared/tracing'
import type { Span, Tracing } from '@comanda/shared/tracing'
import type { Request, Response } from 'express'
import { ApiError } from '../../domain/api-error.js'
import type { Principal } from '../../domain/principal.js'
import { kindOf, takeFrom } from './account-limits.js'
import type { AccountBuckets, AccountSlots, RequestKind } from './account-limits.js'
import { authenticate, authorize } from './authorize.js'
import type { Authenticator } from './authorize.js'
import { judgeBody } from './judge-body.js'
import type { LoadShedder } from './load-shedder.js'
import type { RequestObserver } from './observer.js'
import type { Call, Operation, Route } from './operation.js'
import { parseParams, parseQuery } from './parse-request.js'
import { apiErrorOf, problemReply } from './problems.js'
import { RequestAbortedError, parseJson, readBody } from './read-body.js'
import { sendReply } from './reply.js'
import type { Reply } from './reply.js'
import { orderIdOf, requestIdOf, traceparentOf } from './request-headers.js'
import { endAbortedSpan, endRequestSpan, startRequestSpan } from './trace-request.js'
import { overloadedError } from './shed-load.js'

/** What every request needs. */
export interface Edge {
  readonly authenticator: Authenticator
  readonly observe: RequestObserver
  readonly limits: { readonly buckets: AccountBuckets; readonly slots: AccountSlots }
  readonly shedder: LoadShedder
  /** True while the service drains: connections are closed after their answer. */
  readonly draining: () => boolean
  readonly tracing?: Tracing | undefined
}

/** A request on its way through: filled in as it becomes known. */
interface Exchange {
  readonly request: Request
  readonly response: Response
  readonly startedAt: number
  readonly operation: Operation | undefined
  readonly span: Span | undefined
  principal: Principal | undefined
  /** Headers of the answer, whatever it will be. */
  headers?: Readonly<Record<string, string>>
}

/** Carries out requests of one route: caller first, then the limits of its account, then form, then content. Answers every error itself. */
export function dispatch(edge: Edge, route: Route) {
  return async (request: Request, response: Response): Promise<void> => {
    const { operation } = route
    const exchange: Exchange = {
      request,
      response,
      startedAt: performance.now(),
      operation,
      span: startRequestSpan(edge.tracing, request, operation),
      principal: undefined,
    }
    try {
      answer(edge, exchange, await runIn(exchange.span, () => carryOut(edge, route, exchange)))
    } catch (error) {
      refuse(edge, exchange, error)
    }
  }
}

async function carryOut(edge: Edge, { operation, handle }: Route, exchange: Exchange): Promise<Reply> {
  const { scopes } = operation
  if (scopes === null) return handleCall(edge, { operation, handle }, exchange)
  const caller = authenticate(edge.authenticator, exchange.request)
  const principal = caller instanceof Promise ? await caller : caller
  exchange.principal = principal
  authorize(principal, scopes)
  const { buckets, slots } = edge.limits
  exchange.headers = await takeFrom(buckets, kindOf(operation), principal.account)
  slots.enter(principal.account)
  try {
    return await handleCall(edge, { operation, handle }, exchange)
  } finally {
    slots.leave(principal.account)
  }
}

async function handleCall(edge: Edge, { operation, handle }: Route, exchange: Exchange): Promise<Reply> {
  const { request, principal, span } = exchange
  const { params, query, body, responses } = operation
  if (!accepts(request, responses))
    throw new ApiError('not_acceptable', 'There is no such form of the answer.')
  const bytes = body && (await readBody(request))
  const kind = kindOf(operation)
  requireTime(edge.shedder, kind)
  edge.shedder.enter(kind)
  try {
    const content = bytes && parseJson(bytes)
    return await handle({
      principal,
      params: params && parseParams(params, request.params),
      query: query && parseQuery(query, request.url),
      body: body && judgeBody(body, content),
      headers: request.headers,
      traceparent: span?.traceparent ?? traceparentOf(request.headers),
    } as Call<Operation>)
  } finally {
    edge.shedder.leave(kind)
  }
}

/**
 * The second look. Bodies that took several turns to come may end together, and to parse them is most of what they cost; all
 * of a turn may have been admitted before the first of them is entered, where keys or counts are asked for elsewhere.
 */
function requireTime(shedder: LoadShedder, kind: RequestKind): void {
  if (!shedder.admits(kind)) throw overloadedError()
}

function accepts(request: Request, responses: Operation['responses']): boolean {
  const { accept } = request.headers
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true
  const mediaType = responses['200']?.mediaType ?? 'application/json'
  return mediaType === '*/*' || request.accepts(mediaType) !== false
}

/** Answers a request that no route carries out, or that failed before one could. */
export function refuseRequest(edge: Edge, request: Request, response: Response, error: unknown): void {
  const startedAt = performance.now()
  const span = startRequestSpan(edge.tracing, request, undefined)
  refuse(edge, { request, response, startedAt, operation: undefined, span, principal: undefined }, error)
}

function refuse(edge: Edge, exchange: Exchange, error: unknown): void {
  if (error instanceof RequestAbortedError) {
    endAbortedSpan(exchange.span)
    return
  }
  const apiError = apiErrorOf(error)
  answer(edge, exchange, problemReply(apiError), apiError)
}

function answer(edge: Edge, exchange: Exchange, reply: Reply, error?: ApiError): void {
  const { request, response, startedAt, operation, span, principal, headers } = exchange
  if (edge.draining()) response.shouldKeepAlive = false
  sendReply(response, headers === undefined ? reply : { ...reply, headers: { ...headers, ...reply.headers } })
  const orderId = reply.orderId ?? orderIdOf(request.params)
  edge.observe({
    operation,
    method: request.method,
    status: reply.status,
    durationMs: performance.now() - startedAt,
    principal,
    orderId,
    requestId: requestIdOf(request.headers),
    traceparent: span?.traceparent ?? traceparentOf(request.headers),
    error,
  })
  endRequestSpan(span, reply.status, { orderId, error })
}
