import { startIssuer } from '@comanda/e2e/embedded'
import type { Issuer } from '@comanda/e2e/embedded'

export const ACCOUNT = 'bench-shop'
export const STOREFRONT_CLIENT = 'bench-storefront'

/** An issuer and the one storefront that sends all orders, as a shop's back end does: its prices stand. */
export interface Storefront {
  readonly token: string
  /** The setting AUTH_ISSUERS of order-api, JSON. */
  readonly authIssuers: string
  stop(): Promise<void>
}

export async function startStorefront(): Promise<Storefront> {
  const issuer: Issuer = await startIssuer()
  return {
    token: await issuer.token({
      clientId: STOREFRONT_CLIENT,
      account: ACCOUNT,
      scopes: ['orders:write', 'orders:read', 'orders:price'],
      // A long run must not end in 401s.
      expiresInSeconds: 6 * 3_600,
    }),
    authIssuers: issuer.settings([STOREFRONT_CLIENT]),
    stop: () => issuer.stop(),
  }
}
