/** Where the shop that a token acts for is found. */
export type AccountSource =
  | { readonly claim: string }
  | { readonly byClientId: Readonly<Record<string, string>> }
  | { readonly constant: string }

/**
 * An OIDC issuer whose tokens are accepted. A token with an `aud` has to name one of `audiences` where those are set;
 * any other one has to be of one of `clientIds`.
 */
export interface TrustedIssuer {
  readonly issuer: string
  readonly jwksUri: string
  readonly audiences?: readonly string[] | undefined
  readonly clientIds?: readonly string[] | undefined
  /** Claim that names the client: `client_id` unless said otherwise (`azp`, `cid`). */
  readonly clientIdClaim?: string | undefined
  readonly algorithms: readonly ('RS256' | 'ES256')[]
  readonly account: AccountSource
  /** Claim that names who calls: `sub` unless said otherwise; the client where it is missing. */
  readonly actorClaim?: string | undefined
  /** Claims that list scopes, as a string with blanks or a list: `scope` unless said otherwise (`scp`, `roles`). */
  readonly scopeClaims?: readonly string[] | undefined
  /** The issuer's names of scopes, like `comanda/orders.write`, and what each stands for here. */
  readonly scopes?: Readonly<Record<string, string>> | undefined
}
