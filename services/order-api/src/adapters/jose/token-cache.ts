import { hash } from 'node:crypto'
import type { Principal } from '../../domain/principal.js'

/**
 * Verified tokens until they expire: bounded, and the ones not used for longest go first. They are kept and compared as
 * SHA-256: how long a look takes says nothing about a token, and the memory holds none that could be used.
 */
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

  function put(digest: string, entry: Entry): void {
    if (young.size >= maxTokens / 2) {
      old = young
      young = new Map()
    }
    young.set(digest, entry)
  }

  return {
    get(token, nowMs) {
      const digest = digestOf(token)
      let entry = young.get(digest)
      if (entry === undefined) {
        entry = old.get(digest)
        if (entry === undefined) return undefined
        old.delete(digest)
        put(digest, entry)
      }
      if (entry.expiresAtMs > nowMs) return entry.principal
      young.delete(digest)
      return undefined
    },
    put: (token, principal, expiresAtMs) => put(digestOf(token), { principal, expiresAtMs }),
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64')
}
