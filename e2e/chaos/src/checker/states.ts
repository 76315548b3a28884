/** What the checker knows of an order's states, from DESIGN section 3. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  start: ['confirmed', 'rejected', 'cancelled'],
  confirmed: ['cancelled', 'shipped'],
  shipped: ['delivered'],
  rejected: [],
  cancelled: [],
  delivered: [],
}

/** States that a drained order may stand in. */
export const DECIDED: ReadonlySet<string> = new Set([
  'confirmed',
  'rejected',
  'cancelled',
  'shipped',
  'delivered',
])

/** States that hold the stock of the order. */
export const HOLDS_STOCK: ReadonlySet<string> = new Set(['confirmed', 'shipped', 'delivered'])

export function isLegal(from: string | undefined, to: string): boolean {
  return AFTER[from ?? 'start']?.includes(to) ?? false
}

/** The CloudEvents type of the event about a move. */
export function eventTypeOf(status: string): string {
  return `comanda.order.${status}.v1`
}
