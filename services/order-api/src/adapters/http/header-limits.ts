import type { RequestListener } from 'node:http'
import { refuseAtOnce } from './raw-answer.js'

/** Header fields of one request, at most. */
export const MAX_HEADERS = 100
/** Names and values of a request's header fields together, at most. */
export const MAX_HEADER_BYTES = 16 * 1_024

/** What node:http is to keep of a request's fields: one more than is allowed, so that too many are seen at all. */
export const HEADERS_KEPT = MAX_HEADERS + 1

/**
 * Refuses requests of more than `MAX_HEADERS` fields with a 431 and closes their connection. By itself node:http drops
 * the fields beyond its limit in silence, and then a gateway has read another request than the service.
 */
export function limitHeaders(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.rawHeaders.length <= MAX_HEADERS * 2) listener(request, response)
    else refuseAtOnce(response, 'headers_too_large')
  }
}
