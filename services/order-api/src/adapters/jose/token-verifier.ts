import { decodeJwt, errors, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import { ApiError } from '../../domain/api-error.js'
import type { Principal } from '../../domain/principal.js'
import { waitForFirstKeys } from './first-keys.js'
import type { FirstKeysOptions } from './first-keys.js'
import { createKeySet } from './key-set.js'
import { DEFAULT_CLIENT_ID_CLAIM, principalOf } from './principal-of.js'
import { createTokenCache } from './token-cache.js'
import type { TrustedIssuer } from './trusted-issuer.js'

/** Turns bearer tokens into principals. */
export interface TokenVerifier {
  /** The principal of a token that was verified before and is still valid, else undefined. Costs one look-up. */
  cached(token: string): Principal | undefined
  /** Rejects with `unauthenticated`, or with `authentication_unavailable` while no key set can be had. */
  verify(token: string): Promise<Principal>
  /** Resolves once tokens can be checked. */
  ready(options: FirstKeysOptions): Promise<void>
}

/** RFC 7519 section 4.1.4 allows "a small leeway, usually no more than a few minutes". */
export const LEEWAY_SECONDS = 60

export function createTokenVerifier(options: {
  readonly issuers: readonly TrustedIssuer[]
  /** Verified tokens kept until they expire. */
  readonly maxCachedTokens: number
  readonly now: () => Date
}): TokenVerifier {
  const { issuers, now } = options
  const trusted = new Map(
    issuers.map((issuer) => [issuer.issuer, { issuer, keys: createKeySet({ uri: issuer.jwksUri, now }) }]),
  )
  const cache = createTokenCache(options.maxCachedTokens)

  return {
    cached: (token) => cache.get(token, now().getTime()),

    async verify(token) {
      const found = trusted.get(claimedIssuer(token))
      if (found === undefined) throw refused('The token is of an issuer that is not trusted here.')
      const { issuer, keys } = found
      let payload: JWTPayload
      try {
        ;({ payload } = await jwtVerify(token, keys.keyOf, {
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

    ready: (waiting) =>
      waitForFirstKeys(new Map([...trusted].map(([name, { keys }]) => [name, keys])), waiting),
  }
}

function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch (error) {
    throw refused('The token is not a JWT.', error)
  }
}

/**
 * RFC 9068 section 4: a token that names audiences is for us only if we are among them. Access tokens of Amazon Cognito
 * name none, so there the client tells.
 */
function isForUs({ audiences, clientIds, clientIdClaim }: TrustedIssuer, claims: JWTPayload): boolean {
  const { aud } = claims
  if (audiences !== undefined && aud !== undefined)
    return [aud].flat().some((audience) => audiences.includes(audience))
  const clientId = claims[clientIdClaim ?? DEFAULT_CLIENT_ID_CLAIM]
  return typeof clientId === 'string' && clientIds?.includes(clientId) === true
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
