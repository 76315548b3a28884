import DataLoader from 'dataloader'
import { namesBusinessTime } from '../../domain/ports.js'
import type { OrderReader, StoredOrder } from '../../domain/ports.js'
import type { OrderView } from '../../domain/principal.js'
import { ask } from './ask.js'
import type { ReadSource } from './ask.js'
import { headOf, orderOf, summaryOf } from './order-rows.js'
import type { HeadRow, OrderRow, SummaryRow } from './order-rows.js'
import {
  ACCEPTANCE,
  BUSINESS_TIME,
  ORDER_CONDITIONS,
  ORDER_HEAD,
  ORDER_VERSIONS,
  ORDERS_WITH_LINES,
  ordersPage,
} from './statements.js'

/** Orders of one statement: each may have a quarter of a mebibyte, and no caller should wait for many others. */
const ORDERS_AT_ONCE = 20

/**
 * Reads orders with one statement a call, from the writer endpoint: replicas show the past. Orders that are asked for in the same
 * turn, as by a thousand who wait and hear of a change at once, share statements.
 */
export function createPostgresOrderReader(source: ReadSource): OrderReader {
  const wholeOrders = new DataLoader(
    (wanted: readonly WantedOrder[]) => readOrders(source, wanted),
    // Nothing is kept: each answer is as fresh as its request.
    { cache: false, maxBatchSize: ORDERS_AT_ONCE },
  )
  return {
    async head({ account, actor }, id) {
      const [row] = await ask<HeadRow>(source, {
        name: 'order-head',
        text: ORDER_HEAD,
        values: [account, actor ?? null, id],
      })
      return row && headOf(row)
    },

    order: (view, id) => wholeOrders.load({ view, id }),

    async page({ account, actor }, filter, limit, after) {
      // One more than asked for tells whether there is a next page.
      const values: unknown[] = [account, after?.at ?? null, after?.id ?? null, limit + 1]
      const conditions: string[] = []
      for (const [name, value] of Object.entries({ actor, ...filter })) {
        if (value === undefined) continue
        values.push(value)
        conditions.push(
          ORDER_CONDITIONS[name as keyof typeof ORDER_CONDITIONS].replace('?', `$${values.length}`),
        )
      }
      const rows = await ask<SummaryRow & { readonly position: string }>(source, {
        text: ordersPage(conditions, namesBusinessTime(filter) ? BUSINESS_TIME : ACCEPTANCE),
        values,
      })
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return {
        orders: shown.map(summaryOf),
        ...(last === undefined ? {} : { next: { at: last.position, id: last.id } }),
      }
    },

    async versions(orders) {
      const rows = await ask<{ readonly id: string; readonly version: number }>(source, {
        name: 'order-versions',
        text: ORDER_VERSIONS,
        values: [orders.map(({ account }) => account), orders.map(({ id }) => id)],
      })
      return new Map(rows.map(({ id, version }) => [id, version]))
    },
  }
}

interface WantedOrder {
  readonly view: OrderView
  readonly id: string
}

/** What each of them finds, at its place. */
async function readOrders(
  source: ReadSource,
  wanted: readonly WantedOrder[],
): Promise<(StoredOrder | undefined)[]> {
  const rows = await ask<OrderRow & { readonly place: number }>(source, {
    name: 'orders-with-lines',
    text: ORDERS_WITH_LINES,
    values: [
      wanted.map(({ view }) => view.account),
      wanted.map(({ view }) => view.actor ?? null),
      wanted.map(({ id }) => id),
    ],
  })
  const found = wanted.map((): StoredOrder | undefined => undefined)
  for (const row of rows) found[row.place - 1] = orderOf(row)
  return found
}
