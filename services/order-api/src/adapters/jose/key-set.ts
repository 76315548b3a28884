import { createRemoteJWKSet, customFetch, errors } from 'jose'
import type { JWTVerifyGetKey } from 'jose'
import { ApiError } from '../../domain/api-error.js'
import { fetchBounded } from './fetch-bounded.js'

/** The public keys of one issuer, as its key-set endpoint publishes them. */
export interface KeySet {
  /** Finds the key of a token. Rejects with `authentication_unavailable` where that cannot be told now. */
  readonly keyOf: JWTVerifyGetKey
  /** Fetches the keys. Rejects where they cannot be had. */
  readonly load: () => Promise<void>
}

const FETCH_TIMEOUT_MS = 1_000
/** Older keys are fetched anew beside the requests, and from the second age on before the next token is checked. */
const REFRESH_AFTER_MS = 5 * 60_000
const STALE_AFTER_MS = 10 * 60_000
/** Fewest ms between two fetches, whoever names keys that do not exist; shorter while there is no key at all. */
export const REFRESH_COOLDOWN_MS = 10_000
const FIRST_FETCH_COOLDOWN_MS = 1_000

/**
 * Keys are cached. A token that names an unknown key leads to one fetch, since the issuer may have rotated its keys, and
 * fetches keep a distance, so that made-up names cost the issuer nothing. While the endpoint is away the last keys serve
 * on; a key that is unknown then may be a new one, so its token is uncheckable, not bad.
 */
export function createKeySet(options: { readonly uri: string; readonly now: () => Date }): KeySet {
  // jose fetches and finds; when to fetch is decided here, for its own rules try again at once after every failure.
  const remote = createRemoteJWKSet(new URL(options.uri), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
    [customFetch]: fetchBounded,
  })
  let fetchedAt = -Infinity
  let attemptedAt = -Infinity
  let failure: Error | undefined
  let underWay: Promise<void> | undefined
  const now = () => options.now().getTime()

  /** Never rejects: `failure` tells. */
  function refresh(): Promise<void> {
    if (underWay !== undefined) return underWay
    attemptedAt = now()
    underWay = remote
      .reload()
      .then(
        () => {
          fetchedAt = now()
          failure = undefined
        },
        (error: unknown) =>
          void (failure = Error.isError(error) ? error : new Error('the keys cannot be fetched')),
      )
      .finally(() => void (underWay = undefined))
    return underWay
  }

  const mayFetch = (cooldownMs: number) => underWay !== undefined || now() - attemptedAt >= cooldownMs

  async function keepFresh(): Promise<void> {
    const ageMs = now() - fetchedAt
    if (ageMs < REFRESH_AFTER_MS || !mayFetch(REFRESH_COOLDOWN_MS)) return
    const wasAway = failure !== undefined
    const refreshed = refresh()
    // A key that was withdrawn while nobody called is not good for one more call; an endpoint that is away holds up nobody.
    if (ageMs >= STALE_AFTER_MS && !wasAway) await refreshed
  }

  return {
    async keyOf(header, token) {
      if (remote.jwks() === undefined) {
        if (mayFetch(FIRST_FETCH_COOLDOWN_MS)) await refresh()
        if (remote.jwks() === undefined) throw unavailable(failure)
      } else await keepFresh()
      try {
        return await remote(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        if (mayFetch(REFRESH_COOLDOWN_MS)) await refresh()
        if (failure !== undefined) throw unavailable(failure)
        return remote(header, token)
      }
    },

    async load() {
      await refresh()
      if (failure !== undefined) throw failure
    },
  }
}

function unavailable(cause: unknown): ApiError {
  return new ApiError('authentication_unavailable', 'Tokens cannot be checked now.', { cause })
}
