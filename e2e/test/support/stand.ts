import type { QueueDepth, Target } from '../../src/targets/index.js'
import { eventually } from './eventually.js'
import { checkLedger, observe } from './ledger-check.js'
import type { LedgerReport } from './ledger-check.js'
import { createLogCanary } from './log-canary.js'
import type { LogCanary } from './log-canary.js'
import { mailedEventIds } from './mailbox.js'
import { openShop } from './shop.js'
import type { Shop } from './shop.js'
import { startTargetUnderTest } from './target-under-test.js'
import type { TargetNeeds } from './target-under-test.js'

/** The installation under the tests of one file, and what judges it. */
export interface Stand {
  readonly target: Target
  readonly canary: LogCanary
  openShop(): Promise<Shop>
  /**
   * Resolves once the installation has nothing left to do, with what the checker says. A promise that mails break is
   * among its violations: a notification without its mail, a mail without its notification, a dead letter.
   */
  drained(timeoutMs?: number): Promise<LedgerReport>
  stop(): Promise<void>
}

const UNFINISHED = `
select (select count(*) from outbox) + (select count(*) from deliveries where status = 'pending') as count`

/** Starts a target and everything that a test file needs around it. */
export async function startStand(needs: TargetNeeds = {}): Promise<Stand> {
  return standOn(await startTargetUnderTest(needs))
}

/** What a test file needs around a target that runs. */
export function standOn(target: Target): Stand {
  const canary = createLogCanary()
  return {
    target,
    canary,
    openShop: () => openShop(target, canary),
    async drained(timeoutMs = 20_000) {
      await eventually('the end of all work', async () => isIdle(target), timeoutMs)
      const report = await checkLedger(target.databaseUrl)
      return { ...report, violations: [...report.violations, ...(await mailViolations(target, report))] }
    },
    stop: () => target.stop(),
  }
}

/**
 * Two looks, since one is no single moment: an event may leave the outbox between the look at the queue and the look at
 * the table. After a first look that found no command and an empty outbox, no event can come into being any more.
 */
async function isIdle(target: Target): Promise<boolean> {
  return (await looksIdle(target)) && (await looksIdle(target))
}

async function looksIdle(target: Target): Promise<boolean> {
  const { orders, events } = await target.depths()
  if (sizeOf(orders) + sizeOf(events) > 0) return false
  const [row] = await observe<{ count: string }>(target.databaseUrl, UNFINISHED)
  return Number(row?.count) === 0
}

function sizeOf({ visible, inFlight, delayed }: QueueDepth): number {
  return visible + inFlight + delayed
}

async function mailViolations(target: Target, report: LedgerReport): Promise<readonly string[]> {
  const mailed = new Set(await mailedEventIds(target))
  const sent = new Set(report.sentEventIds)
  const { ordersDeadLetter, eventsDeadLetter } = await target.depths()
  const broken: Readonly<Record<string, number>> = {
    'notifications without their mail': sent.difference(mailed).size,
    'mails without their notification': mailed.difference(sent).size,
    'dead letters': sizeOf(ordersDeadLetter) + sizeOf(eventsDeadLetter),
    'notifiable events that were not mailed': report.notifiable - report.superseded - mailed.size,
  }
  return Object.entries(broken).flatMap(([what, count]) => (count === 0 ? [] : [`${what}: ${count}`]))
}
