import { namesBusinessTime } from '../../domain/ports.js'
import type { OrderFilter, OrderPosition, OrderReader, StoredOrder } from '../../domain/ports.js'
import type { OrderView } from '../../domain/principal.js'

/** An order with the account that owns it. */
export interface OwnedOrder {
  readonly account: string
  readonly order: StoredOrder
}

/** Keeps the promises of the port over a list in memory; it passes the same contract as Postgres. */
export function createMemoryOrderReader(stored: readonly OwnedOrder[]): OrderReader {
  const inView = ({ account, actor }: OrderView) =>
    stored
      .filter((owned) => owned.account === account && (actor === undefined || owned.order.actor === actor))
      .map(({ order }) => order)

  return {
    head: (view, id) => {
      const found = inView(view).find((order) => order.id === id)
      return Promise.resolve(
        found && { id, status: found.status, version: found.version, acceptedAt: found.acceptedAt },
      )
    },

    order: (view, id) => Promise.resolve(inView(view).find((order) => order.id === id)),

    page: (view, filter, limit, after) => {
      const timeOf = namesBusinessTime(filter) ? businessTime : acceptance
      const found = inView(view)
        .filter((order) => order.version > 0 && matches(order, filter))
        .filter((order) => after === undefined || isBehind(positionOf(order, timeOf), after))
        .sort((a, b) => timeOf(b).getTime() - timeOf(a).getTime() || (a.id < b.id ? 1 : -1))
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      return Promise.resolve({
        orders: shown,
        ...(last === undefined ? {} : { next: positionOf(last, timeOf) }),
      })
    },

    versions: (refs) => {
      const asked = stored.filter(({ account, order }) =>
        refs.some((ref) => ref.account === account && ref.id === order.id),
      )
      return Promise.resolve(new Map(asked.map(({ order }) => [order.id, order.version])))
    },
  }
}

const acceptance = ({ acceptedAt }: StoredOrder) => acceptedAt
const businessTime = ({ placedAt, acceptedAt }: StoredOrder) => placedAt ?? acceptedAt

function positionOf(order: StoredOrder, timeOf: (order: StoredOrder) => Date): OrderPosition {
  return { at: timeOf(order).toISOString().replace('Z', '000Z'), id: order.id }
}

function isBehind({ at, id }: OrderPosition, position: OrderPosition): boolean {
  return at < position.at || (at === position.at && id < position.id)
}

function matches(order: StoredOrder, filter: OrderFilter): boolean {
  const placedAt = businessTime(order)
  return (
    (filter.status === undefined || order.status === filter.status) &&
    (filter.reference === undefined || order.reference === filter.reference) &&
    (filter.customerId === undefined || order.customerId === filter.customerId) &&
    (filter.placedFrom === undefined || placedAt >= filter.placedFrom) &&
    (filter.placedTo === undefined || placedAt <= filter.placedTo)
  )
}
