import type { Principal } from '../../domain/principal.js'

/** Verified tokens until they expire: bounded, and the ones not used for longest go first. */
export interface TokenCache {
  get(token: string, nowMs: number): Principal | undefined
  put(token: string, principal: Principal, expiresAtMs: number): void
}

interface Entry {
  readonly principal: Principal
  readonly expiresAtMs: number
}

/**
 * Two generations instead of a list that every use reorders: when the young one holds half of what is allowed it
 * becomes the old one, whose unused tokens are forgotten with the next change.
 */
export function createTokenCache(maxTokens: number): TokenCache {
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()

  function put(token: string, entry: Entry): void {
    if (young.size >= maxTokens / 2) {
      old = young
      young = new Map()
    }
    young.set(token, entry)
  }

  return {
    get(token, nowMs) {
      let entry = young.get(token)
      if (entry === undefined) {
        entry = old.get(token)
        if (entry === undefined) return undefined
        old.delete(token)
        put(token, entry)
      }
      if (entry.expiresAtMs > nowMs) return entry.principal
      young.delete(token)
      return undefined
    },
    put: (token, principal, expiresAtMs) => put(token, { principal, expiresAtMs }),
  }
}
