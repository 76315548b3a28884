import { namesBusinessTime } from '../../domain/ports.js'
import type { OrderReader } from '../../domain/ports.js'
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
  ORDER_WITH_LINES,
  ordersPage,
} from './statements.js'

/** Reads orders with one statement a call, from the writer endpoint: replicas show the past. */
export function createPostgresOrderReader(source: ReadSource): OrderReader {
  return {
    async head({ account, actor }, id) {
      const [row] = await ask<HeadRow>(source, {
        name: 'order-head',
        text: ORDER_HEAD,
        values: [account, actor ?? null, id],
      })
      return row && headOf(row)
    },

    async order({ account, actor }, id) {
      const [row] = await ask<OrderRow>(source, {
        name: 'order-with-lines',
        text: ORDER_WITH_LINES,
        values: [account, actor ?? null, id],
      })
      return row && orderOf(row)
    },

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
