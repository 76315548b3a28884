import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { sendReply } from './reply.js'

/** What scripts of another origin may send and read: what the operations name, beyond what the Fetch standard lets pass. */
const ALLOWED_METHODS = 'GET, HEAD, POST, PUT'
const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, if-none-match, prefer, traceparent'
const EXPOSED_HEADERS =
  'location, etag, link, retry-after, idempotency-replayed, preference-applied, www-authenticate, ratelimit, ratelimit-policy'
const PREFLIGHT_SECONDS = '600'

/**
 * Lets browsers show answers to scripts of the given origins (CORS, Fetch standard section 3.3), and of no other. Tokens
 * come in a header that scripts set themselves, so credentials of the browser are never asked for.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins)
  return (request, response, next) => {
    // Whatever the origin: a cache must not give one the answer for another.
    response.setHeader('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !allowed.has(origin)) {
      next()
      return
    }
    response.setHeader('access-control-allow-origin', origin)
    if (isPreflight(request)) {
      sendReply(response, {
        status: 204,
        headers: {
          'access-control-allow-methods': ALLOWED_METHODS,
          'access-control-allow-headers': ALLOWED_HEADERS,
          'access-control-max-age': PREFLIGHT_SECONDS,
        },
      })
      return
    }
    response.setHeader('access-control-expose-headers', EXPOSED_HEADERS)
    next()
  }
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}
