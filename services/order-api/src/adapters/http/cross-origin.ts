import type { IncomingMessage, RequestListener } from 'node:http'
import { sendReply } from './reply.js'

/** What scripts of another origin may send and read: what the operations name, beyond what the Fetch standard lets pass. */
const ALLOWED_METHODS = 'GET, HEAD, POST, PUT'
const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, if-none-match, prefer, traceparent'
const EXPOSED_HEADERS =
  'location, etag, link, retry-after, idempotency-replayed, preference-applied, www-authenticate, ratelimit, ratelimit-policy'
const PREFLIGHT_SECONDS = '600'

/**
 * Lets browsers show answers to scripts of the given origins (CORS, Fetch standard section 3.3), and of no other. Tokens
 * come in a header that scripts set themselves, so credentials of the browser are never asked for. Stands before what sheds
 * load: a script that cannot read a 503 does not hear when to come back. Without origins the listener stays as it is.
 */
export function crossOrigin(origins: readonly string[], listener: RequestListener): RequestListener {
  if (origins.length === 0) return listener
  const allowed = new Set(origins)
  return (request, response) => {
    // Whatever the origin: a cache must not give one the answer for another.
    response.setHeader('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !allowed.has(origin)) {
      listener(request, response)
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
    listener(request, response)
  }
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}
