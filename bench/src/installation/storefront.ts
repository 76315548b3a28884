import { startIssuer } from '@comanda/e2e/embedded'
import type { Issuer } from '@comanda/e2e/embedded'

export const ACCOUNT = 'bench-shop'
export const STOREFRONT_CLIENT = 'bench-storefront'

/** An issuer and the one storefront that sends all orders, as a shop's back end does: its prices stand. */
export interface Storefront {
  readonly token: string
  /** A token of the same client for another account. */
  tokenOf(account: string): Promise<string>
  /** A token that reads the whole account, or with an actor what that one placed. */
  readerOf(account: string, actor?: string): Promise<string>
  /** The setting AUTH_ISSUERS of order-api, JSON. */
  readonly authIssuers: string
  stop(): Promise<void>
}

export async function startStorefront(): Promise<Storefront> {
  const issuer: Issuer = await startIssuer()
  // A long run must not end in 401s.
  const common = { clientId: STOREFRONT_CLIENT, expiresInSeconds: 6 * 3_600 }
  const tokenOf = (account: string) =>
    issuer.token({ ...common, account, scopes: ['orders:write', 'orders:read', 'orders:price'] })
  return {
    token: await tokenOf(ACCOUNT),
    tokenOf,
    readerOf: (account, actor) =>
      issuer.token({
        ...common,
        account,
        ...(actor === undefined
          ? { scopes: ['orders:read'] }
          : { scopes: ['orders:read.own'], subject: actor }),
      }),
    authIssuers: issuer.settings([STOREFRONT_CLIENT]),
    stop: () => issuer.stop(),
  }
}
