import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { ApiError } from '../../domain/api-error.js'
import type { Principal } from '../../domain/principal.js'
import { principalOf } from './principal-of.js'
import { createTokenCache } from './token-cache.js'
import type { TrustedIssuer } from './trusted-issuer.js'

/** Turns bearer tokens into principals. */
export interface TokenVerifier {
  /** The principal of a token that was verified before and is still valid, else undefined. Costs one look-up. */
  cached(token: string): Principal | undefined
  /** Rejects with `unauthenticated`, or with `authentication_unavailable` while no key set can be had. */
  verify(token: string): Promise<Principal>
}

/** RFC 7519 section 4.1.4 allows "a small leeway, usually no more than a few minutes". */
export const LEEWAY_SECONDS = 60
const FETCH_TIMEOUT_MS = 1_000

export function createTokenVerifier(options: {
  readonly issuers: readonly TrustedIssuer[]
  /** Verified tokens kept until they expire. */
  readonly maxCachedTokens: number
  readonly now: () => Date
}): TokenVerifier {
  const { issuers, now } = options
  const trusted = new Map(issuers.map((issuer) => [issuer.issuer, { issuer, keys: keySetOf(issuer) }]))
  const cache = createTokenCache(options.maxCachedTokens)

  return {
    cached: (token) => cache.get(token, now().getTime()),

    async verify(token) {
      const found = trusted.get(claimedIssuer(token))
      if (found === undefined) throw refused('The token is of an issuer that is not trusted here.')
      const { issuer, keys } = found
      let payload: JWTPayload
      try {
        ;({ payload } = await jwtVerify(token, keys, {
          issuer: issuer.issuer,
          algorithms: [...issuer.algorithms],
          clockTolerance: LEEWAY_SECONDS,
          requiredClaims: ['exp'],
          currentDate: now(),
        }))
      } catch (error) {
        throw error instanceof ApiError ? error : verificationError(error)
      }
      if (!isForUs(issuer, payload)) throw refused('The token is not meant for this service.')
      const principal = principalOf(issuer, payload)
      if (principal === undefined) throw refused('The token names no account and actor that fit.')
      cache.put(token, principal, (payload.exp! + LEEWAY_SECONDS) * 1_000)
      return principal
    },
  }
}

/** The remote key set; the last one that was fetched serves on while the issuer cannot be reached. */
function keySetOf(issuer: TrustedIssuer): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(issuer.jwksUri), { timeoutDuration: FETCH_TIMEOUT_MS })
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (error) {
      if (isAboutTheToken(error)) throw error
      const last = remote.jwks()
      if (last === undefined)
        throw new ApiError('authentication_unavailable', 'Tokens cannot be checked now.', { cause: error })
      return createLocalJWKSet(last)(header, token)
    }
  }
}

/** Key sets that have no such key, or several; every other failure of a remote set is one of fetching it. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}

function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch (error) {
    throw refused('The token is not a JWT.', error)
  }
}

/** RFC 9068 asks for `aud`; access tokens of Amazon Cognito have none and name the client instead. */
function isForUs(issuer: TrustedIssuer, { aud, client_id: clientId }: JWTPayload): boolean {
  const audiences = aud === undefined ? [] : Array.isArray(aud) ? aud : [aud]
  return (
    audiences.some((audience) => issuer.audiences?.includes(audience)) ||
    (typeof clientId === 'string' && issuer.clientIds?.includes(clientId) === true)
  )
}

function verificationError(error: unknown): ApiError {
  return error instanceof errors.JWTExpired
    ? refused('The token has expired.', error)
    : refused('The token is not valid.', error)
}

function refused(message: string, cause?: unknown): ApiError {
  return new ApiError('unauthenticated', message, {
    cause,
    headers: {
      'www-authenticate': `Bearer realm="comanda", error="invalid_token", error_description="${message}"`,
    },
  })
}
