import { STATUS_CODES } from 'node:http'
import type { ServerResponse } from 'node:http'
import { ApiError } from '../../domain/api-error.js'
import type { ErrorCode } from '../../domain/api-error.js'
import { problemReply } from './problems.js'
import { sendReply } from './reply.js'

/** What stands in the problem document of a request that no handler gets to see. */
const DETAILS = {
  malformed: 'This is no valid HTTP request.',
  request_timeout: 'The rest of the request did not come in time.',
  expectation_failed: 'No expectation but 100-continue can be met.',
  headers_too_large: 'The request has too many header fields, or they are too large together.',
} as const satisfies Partial<Record<ErrorCode, string>>

export type RawCode = keyof typeof DETAILS

const replyOf = (code: RawCode) => problemReply(new ApiError(code, DETAILS[code]))

/** The bytes that answer what is no request: nothing of the framework is there yet to write them. The connection ends. */
export function rawAnswer(code: RawCode): string {
  const { status, headers, body } = replyOf(code)
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body!)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n')
}

/** Refuses a request that was read before anything looks at it, and closes its connection. */
export function refuseAtOnce(response: ServerResponse, code: RawCode): void {
  const reply = replyOf(code)
  sendReply(response, { ...reply, headers: { ...reply.headers, connection: 'close' } })
}
