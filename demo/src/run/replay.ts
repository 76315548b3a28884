import { setTimeout as delay } from 'node:timers/promises'
import type { Invoice } from '../retail/invoice.js'
import { orderOfInvoice } from '../retail/order-of-invoice.js'
import { inParallel } from './in-parallel.js'
import type { Sent } from './sent.js'
import type { Storefront } from './storefront.js'

/** Connections of the client, and requests under way at full speed. */
export const CONNECTIONS = 64

/** At a given rate requests do not wait for answers to others; so many may be under way before they do. */
const MOST_UNDER_WAY = 1_000

/**
 * Sends every invoice once over HTTP, at `rate` a second by a schedule that does not wait for answers, or as fast as they
 * are answered. Notes every answer in `sent`, with the time since the instant it was due. Ends early when `stop` aborts.
 */
export async function replay(
  invoices: readonly Invoice[],
  rate: number | 'max',
  storefront: Storefront,
  sent: Sent,
  stop: AbortSignal,
): Promise<void> {
  const startedAt = performance.now()
  const atOnce = rate === 'max' ? CONNECTIONS : MOST_UNDER_WAY
  await inParallel(atOnce, invoices.entries(), stop, async ([index, invoice]) => {
    const dueAt = rate === 'max' ? performance.now() : startedAt + (index * 1_000) / rate
    const aheadMs = dueAt - performance.now()
    if (aheadMs > 0) await delay(aheadMs, undefined, { signal: stop }).catch(() => undefined)
    if (stop.aborted) return
    const { key, body } = orderOfInvoice(invoice)
    const order = { reference: body.reference, email: body.customer?.email }
    sent.leaves()
    const answer = await storefront.place(body, key)
    sent.answered(order, answer, performance.now() - dueAt)
  })
}
