import type { PlaceOrder, RejectionReason } from '@comanda/shared/messages'
import { KNOWN, retry } from './decision.js'
import type { Decision } from './decision.js'
import type { Amount } from './money.js'
import type { Contact, DecidedLine, DecidedOrder, OrderSlot } from './order.js'
import { priceLines, unpricedLines } from './price-lines.js'
import { quantityBySku } from './product.js'
import type { Catalog } from './product.js'

/**
 * Decides a place: all lines or none. `keyOwner` is the order that its idempotency key belongs to. An order that was
 * cancelled before it came is filled in as cancelled and takes no stock.
 */
export function decidePlace(
  command: PlaceOrder,
  slot: OrderSlot,
  keyOwner: string | undefined,
  catalog: Catalog,
): Decision {
  if (slot === undefined) return retry('unknown_order')
  if (slot !== 'vacant' && slot.status !== 'accepted') return KNOWN
  const { order, pricesStand } = command.data
  if (keyOwner !== command.subject) return rejected(command, catalog, 'idempotency_key_reused')
  if (slot !== 'vacant') return cancelled(command, catalog, slot.actor)

  const pricing = priceLines(order, pricesStand, catalog)
  if (pricing.kind === 'rejected') return rejected(command, catalog, pricing.reason)
  const wanted = quantityBySku(order.lines)
  for (const [sku, quantity] of wanted) {
    if ((catalog.get(sku)?.available ?? 0) < quantity)
      return rejected(command, catalog, 'out_of_stock', pricing)
  }
  return {
    kind: 'settled',
    outcome: 'applied',
    effects: {
      order: {
        after: { ...placed(command, pricing), status: 'confirmed' },
        note: { actor: command.actor },
        announced: true,
      },
      stock: {
        kind: 'sold',
        changes: [...wanted].map(([sku, quantity]) => ({ sku, quantity: -quantity })),
      },
    },
  }
}

interface Priced {
  readonly lines: readonly DecidedLine[]
  readonly total?: Amount
}

function rejected(
  command: PlaceOrder,
  catalog: Catalog,
  reason: RejectionReason,
  priced: Priced = { lines: unpricedLines(command.data.order, catalog) },
): Decision {
  return {
    kind: 'settled',
    outcome: 'refused',
    reason,
    effects: {
      order: {
        after: { ...placed(command, priced), status: 'rejected', reason },
        note: { actor: command.actor, reason },
        announced: true,
      },
    },
  }
}

function cancelled(command: PlaceOrder, catalog: Catalog, cancelledBy: string): Decision {
  const lines = unpricedLines(command.data.order, catalog)
  return {
    kind: 'settled',
    outcome: 'applied',
    effects: {
      order: {
        after: { ...placed(command, { lines }), status: 'cancelled' },
        note: { actor: cancelledBy },
        announced: true,
      },
    },
  }
}

function placed(command: PlaceOrder, { lines, total }: Priced): Omit<DecidedOrder, 'status'> {
  const { order } = command.data
  return {
    id: command.subject,
    account: command.account,
    actor: command.actor,
    acceptedAt: new Date(command.time).toISOString(),
    version: 1,
    reference: order.reference,
    currency: order.currency,
    ...(total === undefined ? {} : { total }),
    lineCount: lines.length,
    lines,
    contact: contactOf(command),
  }
}

function contactOf({ data }: PlaceOrder): Contact {
  const { email, name, language } = data.order.customer ?? {}
  return {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(language === undefined ? {} : { language }),
  }
}
