import { setTimeout as delay } from 'node:timers/promises'
import { createComandaClient } from '@comanda/client'
import type { ComandaClient, PlacedOrder } from '@comanda/client'
import { isOrder } from '@comanda/demo/dist/src/retail/invoice.js'
import { orderOfInvoice } from '@comanda/demo/dist/src/retail/order-of-invoice.js'
import { readInvoices } from '@comanda/demo/dist/src/retail/read-invoices.js'
import type { Target } from '@comanda/e2e/targets'

const SCOPES = [
  'orders:read',
  'orders:write',
  'orders:price',
  'orders:fulfil',
  'catalog:read',
  'catalog:write',
]
const PAUSE_MS = 150

/** A shop whose real orders come one after the other until it closes, with all that may become of them. */
export interface ReplayedShop {
  readonly client: ComandaClient
  /** Places one order. */
  place(): Promise<PlacedOrder>
  close(): Promise<void>
}

/** Opens the shop: real invoices at stated prices, one in five cancelled, one in ten of an unknown product or refused. */
export async function openShop(target: Target): Promise<ReplayedShop> {
  const token = await target.token({ clientId: 'storefront', account: 'giftshop', scopes: SCOPES })
  const client = createComandaClient({ baseUrl: target.apiUrl, token })
  const data = new URL('../../../demo/data/online-retail-2010-12.csv.gz', import.meta.url)
  const invoices = (await readInvoices(data.pathname)).filter(isOrder).slice(0, 2_000)
  const orders = invoices.map((invoice) => orderOfInvoice(invoice).body)
  const skus = [...new Set(orders.slice(0, 200).flatMap(({ lines }) => lines.map(({ sku }) => sku)))]
  for (const sku of skus.slice(0, 50)) {
    await client.putProduct(sku, { price: '1.00', currency: 'GBP' })
    await client.adjustStock(
      sku,
      { delta: 1_000_000, reason: 'opening stock' },
      { idempotencyKey: `opening-stock-${sku}` },
    )
  }
  let count = 0
  let open = true
  const run = Date.now()

  async function place(): Promise<PlacedOrder> {
    count += 1
    const order = orders[count % orders.length]!
    const line = { sku: skus[count % 50]!, quantity: 1, unitPrice: '1.00' }
    const lines = count % 10 === 3 ? [{ ...line, sku: 'no-such-product' }] : [line]
    return client.placeOrder({ ...order, lines }, { idempotencyKey: `live-${run}-order-${count}` })
  }

  async function trade(): Promise<void> {
    while (open) {
      await tradeOnce().catch(() => undefined)
      await delay(PAUSE_MS)
    }
  }

  async function tradeOnce(): Promise<void> {
    const { id, receipt } = await place()
    // The receipt: neither may be decided yet.
    if (count % 5 === 0) await client.cancelOrder(id, { receipt })
    if (count % 7 === 0) await client.showOrder(id, { receipt })
    if (count % 10 === 1) await client.showOrder('00000000-0000-8000-8000-000000000000')
  }

  const trading = trade()
  return {
    client,
    place,
    async close() {
      open = false
      await trading
    },
  }
}
