import type { IncomingMessage } from 'node:http'
import { ApiError } from '../../domain/api-error.js'
import type { Principal, Scope } from '../../domain/principal.js'

/** Turns bearer tokens into principals; see the port's adapter in `adapters/jose`. */
export interface Authenticator {
  cached(token: string): Principal | undefined
  verify(token: string): Promise<Principal>
}

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i

/** The verified caller of a request (RFC 6750). */
export function authenticate(
  authenticator: Authenticator,
  { headers }: IncomingMessage,
): Principal | Promise<Principal> {
  const token = headers.authorization === undefined ? undefined : BEARER.exec(headers.authorization)?.[1]
  if (token === undefined)
    throw new ApiError('unauthenticated', 'The request needs a bearer token.', {
      headers: { 'www-authenticate': 'Bearer realm="comanda"' },
    })
  return authenticator.cached(token) ?? authenticator.verify(token)
}

/** Throws unless the caller has one of the scopes. */
export function authorize(principal: Principal, scopes: readonly Scope[]): void {
  for (const scope of scopes) if (principal.scopes.has(scope)) return
  const needed = scopes.join(' ')
  throw new ApiError('insufficient_scope', `The token needs one of these scopes: ${needed}.`, {
    headers: { 'www-authenticate': `Bearer realm="comanda", error="insufficient_scope", scope="${needed}"` },
  })
}
