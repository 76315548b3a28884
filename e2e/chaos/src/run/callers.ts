import type { LoadCaller } from '../load/load-settings.js'
import type { ChaosWorld } from '../world/chaos-world.js'

const ACCOUNTS = ['alpha', 'beta'] as const
const STORE = ['orders:read', 'orders:write', 'orders:fulfil', 'catalog:read', 'catalog:write']
const PARTNER = ['orders:read', 'orders:write', 'orders:price']
const SHOPPER = ['orders:read.own', 'orders:write.own']
/** Longer than any soak. */
const EXPIRES_SECONDS = 30 * 86_400

/** Whom the development issuers of all installations vouch for. */
export const CLIENT_IDS = ['storefront'] as const

/** Two shops, each with its storefront, a partner that states prices, and two shoppers. */
export async function issueCallers(world: Pick<ChaosWorld, 'token'>): Promise<readonly LoadCaller[]> {
  const callers: LoadCaller[] = []
  for (const account of ACCOUNTS) {
    const issue = async (role: LoadCaller['role'], actor: string, scopes: readonly string[]) => {
      const [clientId] = CLIENT_IDS
      const asked = { clientId, subject: actor, account, scopes, expiresInSeconds: EXPIRES_SECONDS }
      callers.push({ role, account, actor, token: await world.token(asked) })
    }
    await issue('store', `${account}-store`, STORE)
    await issue('partner', `${account}-partner`, PARTNER)
    await issue('shopper', `${account}-shopper-1`, SHOPPER)
    await issue('shopper', `${account}-shopper-2`, SHOPPER)
  }
  return callers
}
