import { isAscii, isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { LIMITS } from '@comanda/shared/limits'
import { ApiError } from '../../domain/api-error.js'

/** The client went away before its request was complete: there is nobody to answer. */
export class RequestAbortedError extends Error {
  override readonly name = 'RequestAbortedError'
  readonly code = 'request_aborted'
}

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

/**
 * Reads the body of a request that takes JSON, or resolves with undefined where there is none. In this order: 415 before
 * anything is read, 413 as soon as it is too long. Own code instead of express.json: quicker (notes on performance), and
 * its errors never carry the body.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { headers } = request
  const length = headers['content-length']
  if (headers['transfer-encoding'] === undefined && (length === undefined || length === '0')) return undefined
  const type = headers['content-type']
  if (type === undefined || !(type === 'application/json' || JSON_TYPE.test(type)))
    throw new ApiError('unsupported_media_type', 'The body must be application/json in UTF-8.')
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw new ApiError('unsupported_media_type', 'The body must not be compressed.', {
      headers: { 'accept-encoding': 'identity' },
    })
  if (Number(length) > LIMITS.bodyBytes) throw tooLarge()
  const bytes = await collect(request)
  return bytes.length === 0 ? undefined : bytes
}

function collect(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Its caller may have gone while others were asked who it is: then none of the events below comes any more.
    if (request.destroyed) throw gone()
    const chunks: Buffer[] = []
    let bytes = 0
    // The listeners stay: settling twice is ignored, and taking them off again would cost every request.
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= LIMITS.bodyBytes) chunks.push(chunk)
      else {
        // What still comes is thrown away, so that the client gets to read the answer.
        chunks.length = 0
        reject(tooLarge())
      }
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    request.on('error', () => reject(gone()))
  })
}

/** The value of a body: 400 for bytes that are no UTF-8 or no JSON. */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new ApiError('malformed', 'The body is not UTF-8.')
  try {
    return JSON.parse(isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8')) as unknown
  } catch {
    // The parser's message quotes the body, so it goes no further.
    throw new ApiError('malformed', 'The body is not JSON.')
  }
}

function gone(): RequestAbortedError {
  return new RequestAbortedError('the client went away')
}

function tooLarge(): ApiError {
  return new ApiError('body_too_large', `The body must have at most ${LIMITS.bodyBytes} bytes.`)
}
