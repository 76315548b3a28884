import { startEmbeddedTarget } from '@comanda/e2e/targets'
import type { EmbeddedTarget } from '@comanda/e2e/targets'

/** The client that all tokens of a run are for. */
const CLIENT_ID = 'contract'

/** Everything that a shop's own back end and warehouse may do. */
const SCOPES = [
  'orders:read',
  'orders:write',
  'orders:fulfil',
  'orders:price',
  'catalog:read',
  'catalog:write',
]

/** A run of random seeds may take hours. */
const TOKEN_SECONDS = 24 * 3_600

/** More than any run can use up. */
const BEYOND_REACH = { RATE_LIMIT_WRITES_PER_SECOND: '1000000', RATE_LIMIT_READS_PER_SECOND: '1000000' }

/** The real services over embedded Postgres and SQS. Limits of rate are not what is judged here, so they are out of reach. */
export function startInstallation(): Promise<EmbeddedTarget> {
  return startEmbeddedTarget({ clientIds: [CLIENT_ID], settings: { 'order-api': BEYOND_REACH } })
}

/** A token that may do everything in its account. */
export function tokenOf(target: EmbeddedTarget, account: string): Promise<string> {
  return target.token({ clientId: CLIENT_ID, account, scopes: SCOPES, expiresInSeconds: TOKEN_SECONDS })
}
