import type { ServerResponse } from 'node:http'

/** An answer as data: handlers make it, one place sends it. */
export interface Reply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** The order that it is about, for the log. */
  readonly orderId?: string
}

/** A JSON answer. */
export function jsonReply(
  status: number,
  content: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    body: JSON.stringify(content),
    headers: { 'content-type': 'application/json', ...headers },
  }
}

/**
 * The headers of an answer with those that all have: nothing is stored by caches, and nobody guesses media types. One flat
 * array for `writeHead` is the quickest way through node:http.
 */
export function rawHeaders({ status, headers, body = '' }: Reply): string[] {
  const raw = ['x-content-type-options', 'nosniff']
  if (!('cache-control' in headers)) raw.push('cache-control', 'no-store')
  for (const name in headers) raw.push(name, headers[name]!)
  // RFC 9110 section 8.6: never with a 204; a 304 would have to tell the length of the 200.
  if (status !== 304 && status !== 204) raw.push('content-length', String(Buffer.byteLength(body)))
  return raw
}

/** Sends an answer. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  const { status, body } = reply
  response.writeHead(status, rawHeaders(reply))
  // ASCII goes out as Latin-1, which needs no encoding.
  if (typeof body === 'string' && Buffer.byteLength(body) === body.length) response.end(body, 'latin1')
  else response.end(body)
}
