/** Where the shop that a token acts for is found. */
export type AccountSource =
  | { readonly claim: string }
  | { readonly byClientId: Readonly<Record<string, string>> }
  | { readonly constant: string }

/** An OIDC issuer whose tokens are accepted. At least one of `audiences` and `clientIds` has to match. */
export interface TrustedIssuer {
  readonly issuer: string
  readonly jwksUri: string
  readonly audiences?: readonly string[] | undefined
  readonly clientIds?: readonly string[] | undefined
  readonly algorithms: readonly ('RS256' | 'ES256')[]
  readonly account: AccountSource
  /** The issuer's names of scopes, like `comanda/orders.write`, and what each stands for here. */
  readonly scopes?: Readonly<Record<string, string>> | undefined
}
