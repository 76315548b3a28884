import { Account, Actor } from '@comanda/shared/messages'
import type { JWTPayload } from 'jose'
import { groupOf } from '../../domain/commands.js'
import { SCOPES } from '../../domain/principal.js'
import type { Principal, Scope } from '../../domain/principal.js'
import type { TrustedIssuer } from './trusted-issuer.js'

/** RFC 9068 section 2.2 and RFC 8693 section 4.2 name the claims; not every issuer follows. */
export const DEFAULT_CLIENT_ID_CLAIM = 'client_id'
const DEFAULT_SCOPE_CLAIMS = ['scope']
const DEFAULT_ACTOR_CLAIM = 'sub'

const KNOWN_SCOPES: ReadonlySet<string> = new Set(SCOPES)

/**
 * The principal that a verified token speaks for; undefined where it names no account, or one that is too long. The
 * actor is the subject of a shopper's token, and the client where a client calls for itself (its subject is the
 * client, as in RFC 9068 section 2.2, or there is only a client).
 */
export function principalOf(issuer: TrustedIssuer, claims: JWTPayload): Principal | undefined {
  const account = Account.safeParse(accountOf(issuer, claims))
  const { actorClaim = DEFAULT_ACTOR_CLAIM } = issuer
  const actor = Actor.safeParse(claims[actorClaim] ?? clientIdOf(issuer, claims))
  if (!account.success || !actor.success) return undefined
  const caller = { account: account.data, actor: actor.data }
  return { ...caller, scopes: scopesOf(issuer, claims), group: groupOf(caller) }
}

function clientIdOf({ clientIdClaim = DEFAULT_CLIENT_ID_CLAIM }: TrustedIssuer, claims: JWTPayload): unknown {
  return claims[clientIdClaim]
}

function accountOf(issuer: TrustedIssuer, claims: JWTPayload): unknown {
  const { account } = issuer
  if ('constant' in account) return account.constant
  if ('claim' in account) return claims[account.claim]
  const clientId = clientIdOf(issuer, claims)
  return typeof clientId === 'string' && Object.hasOwn(account.byClientId, clientId)
    ? account.byClientId[clientId]
    : undefined
}

/** Scopes of the token, strings with blanks (RFC 8693) or lists; names that mean nothing here are left out. */
function scopesOf(
  { scopes, scopeClaims = DEFAULT_SCOPE_CLAIMS }: TrustedIssuer,
  claims: JWTPayload,
): ReadonlySet<Scope> {
  const granted = new Set<Scope>()
  for (const name of scopeClaims.flatMap((claim) => namesIn(claims[claim]))) {
    const meant = scopes !== undefined && Object.hasOwn(scopes, name) ? scopes[name]! : name
    if (KNOWN_SCOPES.has(meant)) granted.add(meant as Scope)
  }
  return granted
}

function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ')
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
}
