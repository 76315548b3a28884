import { startEmbeddedTarget } from '@comanda/e2e/targets'
import type { EmbeddedTarget } from '@comanda/e2e/targets'

/** The real services over embedded Postgres and SQS. */
export function startInstallation(): Promise<EmbeddedTarget> {
  return startEmbeddedTarget({ clientIds: ['contract'] })
}
