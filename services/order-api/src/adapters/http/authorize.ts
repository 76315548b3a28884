import type { IncomingMessage } from 'node:http'
import { ApiError } from '../../domain/api-error.js'
import type { Principal, Scope } from '../../domain/principal.js'

/** Turns bearer tokens into principals; see the port's adapter in `adapters/jose`. */
export interface Authenticator {
  cached(token: string): Principal | undefined
  verify(token: string): Promise<Principal>
}

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i

/** Longer ones are not looked at: tokens of large directories have 6 KiB. */
const MAX_TOKEN_LENGTH = 8_192

/** The verified caller of a request (RFC 6750). */
export function authenticate(
  authenticator: Authenticator,
  { headers, rawHeaders }: IncomingMessage,
): Principal | Promise<Principal> {
  const { authorization } = headers
  const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1]
  // eslint-disable-next-line security/detect-possible-timing-attacks -- compared with nothing
  if (token === undefined) throw unauthenticated('The request needs a bearer token.')
  // node:http keeps the first of two, where a gateway may have judged by the other.
  if (isGivenTwice(rawHeaders))
    throw unauthenticated('The request has two Authorization headers.', 'invalid_request')
  if (token.length > MAX_TOKEN_LENGTH) throw unauthenticated('The token is too long.', 'invalid_token')
  return authenticator.cached(token) ?? authenticator.verify(token)
}

const AUTHORIZATION = 'authorization'

/** Whether a request has two Authorization headers; `rawHeaders` are names and values by turns. */
function isGivenTwice(rawHeaders: readonly string[]): boolean {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    if (name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) count += 1
  }
  return count > 1
}

function unauthenticated(message: string, error?: string): ApiError {
  const challenge = 'Bearer realm="comanda"'
  return new ApiError('unauthenticated', message, {
    headers: { 'www-authenticate': error === undefined ? challenge : `${challenge}, error="${error}"` },
  })
}

/** Throws unless the caller has one of the scopes. */
export function authorize(principal: Principal, scopes: readonly Scope[]): void {
  for (const scope of scopes) if (principal.scopes.has(scope)) return
  const needed = scopes.join(' ')
  throw new ApiError('insufficient_scope', `The token needs one of these scopes: ${needed}.`, {
    headers: { 'www-authenticate': `Bearer realm="comanda", error="insufficient_scope", scope="${needed}"` },
  })
}
