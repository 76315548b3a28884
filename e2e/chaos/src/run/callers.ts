import type { LoadCaller } from '../load/load-settings.js'
import type { Issuer } from '@comanda/e2e/embedded'

const ACCOUNTS = ['alpha', 'beta'] as const
const STORE = ['orders:read', 'orders:write', 'orders:fulfil', 'catalog:read', 'catalog:write']
const PARTNER = ['orders:read', 'orders:write', 'orders:price']
const SHOPPER = ['orders:read.own', 'orders:write.own']
/** Longer than any soak. */
const EXPIRES_SECONDS = 30 * 86_400

export const CLIENT_IDS = ACCOUNTS.flatMap((account) => [`${account}-store`, `${account}-partner`])

/** Two shops, each with its storefront, a partner that states prices, and two shoppers. */
export async function issueCallers(issuer: Issuer): Promise<readonly LoadCaller[]> {
  const callers: LoadCaller[] = []
  for (const account of ACCOUNTS) {
    const issue = async (
      role: LoadCaller['role'],
      clientId: string,
      scopes: readonly string[],
      subject?: string,
    ) => {
      const token = await issuer.token({
        clientId,
        account,
        scopes,
        expiresInSeconds: EXPIRES_SECONDS,
        ...(subject === undefined ? {} : { subject }),
      })
      callers.push({ role, account, actor: subject ?? clientId, token })
    }
    await issue('store', `${account}-store`, STORE)
    await issue('partner', `${account}-partner`, PARTNER)
    await issue('shopper', `${account}-store`, SHOPPER, `${account}-shopper-1`)
    await issue('shopper', `${account}-store`, SHOPPER, `${account}-shopper-2`)
  }
  return callers
}
