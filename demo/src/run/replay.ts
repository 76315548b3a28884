import { setTimeout as delay } from 'node:timers/promises'
import type { Invoice } from '../retail/invoice.js'
import { orderOfInvoice } from '../retail/order-of-invoice.js'
import { inParallel } from './in-parallel.js'
import type { Sent } from './sent.js'
import type { Storefront } from './storefront.js'

/** Requests that may be under way at once, whatever the rate: the memory of the client has a bound, too. */
export const MOST_UNDER_WAY = 64

/**
 * Sends every invoice once over HTTP, at `rate` a second by a schedule that does not wait for answers (while fewer than
 * the bound are under way), or as fast as they are answered. Notes every answer in `sent`.
 */
export async function replay(
  invoices: readonly Invoice[],
  rate: number | 'max',
  storefront: Storefront,
  sent: Sent,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now()
  await inParallel(MOST_UNDER_WAY, invoices.entries(), async ([index, invoice]) => {
    if (rate !== 'max') {
      const aheadMs = startedAt + (index * 1_000) / rate - performance.now()
      if (aheadMs > 0) await delay(aheadMs)
    }
    if (signal.aborted) return
    const { key, body } = orderOfInvoice(invoice)
    sent.leaves()
    sent.answered(
      invoice,
      body.customer?.email !== undefined,
      await storefront.send('POST', '/v1/orders', { key, body }),
    )
  })
}
