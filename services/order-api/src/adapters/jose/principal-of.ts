import { Account, Actor } from '@comanda/shared/messages'
import type { JWTPayload } from 'jose'
import { groupOf } from '../../domain/commands.js'
import { SCOPES } from '../../domain/principal.js'
import type { Principal, Scope } from '../../domain/principal.js'
import type { TrustedIssuer } from './trusted-issuer.js'

const KNOWN_SCOPES: ReadonlySet<string> = new Set(SCOPES)

/**
 * The principal that a verified token speaks for; undefined where it names no account, or one that is too long. The
 * actor is the subject of a shopper's token, and the client where a client calls for itself (its subject is the
 * client, as in RFC 9068 section 2.2, or there is only a client).
 */
export function principalOf(issuer: TrustedIssuer, claims: JWTPayload): Principal | undefined {
  const account = Account.safeParse(accountOf(issuer, claims))
  const actor = Actor.safeParse(claims.sub ?? claims['client_id'])
  if (!account.success || !actor.success) return undefined
  const caller = { account: account.data, actor: actor.data }
  return { ...caller, scopes: scopesOf(issuer, claims), group: groupOf(caller) }
}

function accountOf({ account }: TrustedIssuer, claims: JWTPayload): unknown {
  if ('constant' in account) return account.constant
  if ('claim' in account) return claims[account.claim]
  const clientId = claims['client_id']
  return typeof clientId === 'string' && Object.hasOwn(account.byClientId, clientId)
    ? account.byClientId[clientId]
    : undefined
}

/** Scopes of the `scope` claim, a string with blanks (RFC 8693) or a list; names that mean nothing here are left out. */
function scopesOf({ scopes }: TrustedIssuer, { scope }: JWTPayload): ReadonlySet<Scope> {
  const names: readonly unknown[] =
    typeof scope === 'string' ? scope.split(' ') : Array.isArray(scope) ? scope : []
  const granted = new Set<Scope>()
  for (const name of names) {
    if (typeof name !== 'string') continue
    const meant = scopes !== undefined && Object.hasOwn(scopes, name) ? scopes[name]! : name
    if (KNOWN_SCOPES.has(meant)) granted.add(meant as Scope)
  }
  return granted
}
