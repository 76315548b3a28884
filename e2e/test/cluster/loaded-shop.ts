import { expect } from '@jest/globals'
import type { Target } from '../../src/targets/index.js'
import { eventually } from '../support/eventually.js'
import { observe } from '../support/ledger-check.js'
import { mailedEventIds } from '../support/mailbox.js'
import type { Stand } from '../support/stand.js'
import { startLoad } from './load.js'
import type { LoadReport } from './load.js'

const PER_SECOND = Number(process.env['COMANDA_ROLLOUT_RATE'] ?? 40)
const SKU = 'HEART'
const STOCK = 1_000_000

/** A shop whose orders arrive evenly while something happens to the installation. */
export interface LoadedShop {
  /**
   * Does something under load, and `afterwards` something once the load has ended. Then everything must be decided and mailed
   * once, and no request may have failed.
   */
  underLoad(
    what: () => Promise<unknown>,
    afterwards?: (report: LoadReport) => Promise<unknown>,
  ): Promise<LoadReport>
}

/** Opens a shop with one product, of which there is enough for any load. */
export async function openLoadedShop(target: Target, stand: Stand): Promise<LoadedShop> {
  const shop = await stand.openShop()
  await shop.stock({ [SKU]: { quantity: STOCK } })
  const sold = async () => STOCK - (await shop.available(SKU))
  const mailed = async () => new Set(await mailedEventIds(target)).size

  return {
    async underLoad(what, afterwards) {
      const soldBefore = await sold()
      const mailedBefore = await mailed()
      const load = startLoad(shop, SKU, PER_SECOND)
      await eventually('the first answers', () => load.answered >= PER_SECOND)
      await what().catch(async (error: unknown) => {
        await load.stop()
        throw error
      })
      const report = await load.stop()
      await afterwards?.(report)
      const { violations } = await stand.drained(120_000)

      expect(report.failures).toEqual([])
      expect(violations).toEqual([])
      expect(new Set(report.acceptedIds).size).toBe(report.sent)
      const [stored] = await observe<{ count: number }>(
        target.databaseUrl,
        'select count(*)::int as count from orders where id = any($1) and status = $2',
        [report.acceptedIds, 'confirmed'],
      )
      expect(stored?.count).toBe(report.sent)
      expect((await sold()) - soldBefore).toBe(report.sent)
      expect((await mailed()) - mailedBefore).toBe(report.sent)
      process.stdout.write(`   ${report.sent} orders, ${report.failures.length} failed\n`)
      return report
    },
  }
}
