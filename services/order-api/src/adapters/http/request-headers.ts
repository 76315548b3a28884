import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { LIMITS } from '@comanda/shared/limits'
import { readTraceparent } from '@comanda/shared/tracing'
import { ApiError } from '../../domain/api-error.js'
import { parseIdempotencyKey } from '../../domain/idempotency-key.js'

/** The key of a request that must have one. */
export function requiredKey(headers: IncomingHttpHeaders): string {
  const key = optionalKey(headers)
  if (key === undefined)
    throw new ApiError('idempotency_key_missing', 'The request needs an Idempotency-Key header.')
  return key
}

/** The key of a request that may have one. A header that names no key is refused, never taken for none. */
export function optionalKey(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['idempotency-key']
  if (header === undefined) return undefined
  const key = typeof header === 'string' ? parseIdempotencyKey(header) : undefined
  if (key !== undefined) return key
  const { idempotencyKeyMin: min, idempotencyKeyMax: max } = LIMITS
  throw new ApiError('malformed', 'The Idempotency-Key cannot be read.', {
    violations: [
      {
        header: 'Idempotency-Key',
        detail: `must be ${min} to ${max} visible ASCII characters, bare or quoted`,
      },
    ],
  })
}

/** A key for a command that may be given again and again, each time as a command of its own. */
export function optionalOrRandomKey(headers: IncomingHttpHeaders): string {
  return optionalKey(headers) ?? randomUUID()
}

/** The W3C trace context of the caller; what is not of its form is not passed on. */
export function traceparentOf({ traceparent }: IncomingHttpHeaders): string | undefined {
  return typeof traceparent === 'string' && readTraceparent(traceparent) !== undefined
    ? traceparent
    : undefined
}

/** What gateways call requests: an id, never a text. */
const REQUEST_ID = /^[\w-]{1,64}$/

/** The id that the gateway, or a caller before it, gave the request; undefined for what does not look like one. */
export function requestIdOf({ 'x-request-id': id }: IncomingHttpHeaders): string | undefined {
  return typeof id === 'string' && REQUEST_ID.test(id) ? id : undefined
}

const ORDER_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** The order that a path names. */
export function orderIdOf({ id }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof id === 'string' && ORDER_ID.test(id) ? id : undefined
}

const ENTITY_TAG = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g

/** Entity tags of `If-None-Match`, compared weakly as RFC 9110 section 13.1.2 asks; `*` stands for any. */
export function knownTagsOf({ 'if-none-match': header }: IncomingHttpHeaders): readonly string[] {
  if (header === undefined) return []
  if (header.trim() === '*') return ['*']
  return [...header.matchAll(ENTITY_TAG)].map(([, tag]) => tag!)
}

const WAIT = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;[^,]*)?(?:,|$)/i

/** Seconds that the caller would wait for a change (`Prefer: wait=N`, RFC 7240), at most the limit; undefined for none. */
export function waitSecondsOf({ prefer }: IncomingHttpHeaders): number | undefined {
  const header = Array.isArray(prefer) ? prefer.join(',') : prefer
  const seconds = header === undefined ? undefined : WAIT.exec(header)?.[1]
  return seconds === undefined ? undefined : Math.min(Number(seconds), LIMITS.waitSecondsMax)
}
