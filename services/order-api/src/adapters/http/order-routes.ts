import { Instant, Uuid } from '@comanda/shared/messages'
import { z } from 'zod'
import type { AcceptedOrderCommand, OrderCommandUseCase } from '../../domain/order-commands.js'
import type { PlaceOrderUseCase } from '../../domain/place-order.js'
import type { OrderReader } from '../../domain/ports.js'
import { viewOf } from '../../domain/principal.js'
import type { ShowOrderUseCase } from '../../domain/show-order.js'
import { decodeCursor, encodeCursor, nextPath } from './cursor.js'
import { route } from './operation.js'
import type { Route } from './operation.js'
import {
  cancelOrderOperation,
  deliverOrderOperation,
  shipOrderOperation,
} from './order-command-operations.js'
import { listOrdersOperation, placeOrderOperation, showOrderOperation } from './order-operations.js'
import type { ShownAccepted } from './order-schemas.js'
import { jsonReply } from './reply.js'
import type { Reply } from './reply.js'
import { knownTagsOf, optionalKey, requiredKey, waitSecondsOf } from './request-headers.js'
import { showOrder, showSummary } from './show.js'

export interface OrderServices {
  readonly placeOrder: PlaceOrderUseCase
  readonly showOrder: ShowOrderUseCase
  readonly commandOrder: OrderCommandUseCase
  readonly orders: Pick<OrderReader, 'page'>
}

/** As it was issued: in UTC. Postgres refuses offsets of 16 hours and more, which an instant may have. */
const Position = z.tuple([Instant.endsWith('Z'), Uuid])

/** How long a client should wait before it asks again for an order that is not decided yet. */
const UNDECIDED_RETRY_AFTER = { 'retry-after': '1' }

export function orderRoutes(services: OrderServices): readonly Route[] {
  return [
    route(placeOrderOperation, async ({ principal, body, headers, traceparent }) => {
      const { id, receipt, replayed } = await services.placeOrder({
        principal,
        key: requiredKey(headers),
        order: body,
        traceparent,
      })
      return {
        status: 202,
        orderId: id,
        body: `{"id":"${id}","status":"accepted","receipt":"${receipt}"}`,
        headers: {
          'content-type': 'application/json',
          location: `/v1/orders/${id}?receipt=${receipt}`,
          ...(replayed ? { 'idempotency-replayed': 'true' } : undefined),
        },
      }
    }),

    route(showOrderOperation, async ({ principal, params, query, headers }) => {
      const knownTags = knownTagsOf(headers)
      // A wait is for a change of what the caller holds; who holds nothing is answered at once.
      const waitSeconds = knownTags.length > 0 ? waitSecondsOf(headers) : undefined
      const shown = await services.showOrder({
        principal,
        orderId: params.id,
        receipt: query.receipt,
        knownTags,
        ...(waitSeconds === undefined ? {} : { waitMs: waitSeconds * 1_000 }),
      })
      const common = {
        etag: shown.tag,
        ...(waitSeconds === undefined ? {} : { 'preference-applied': `wait=${waitSeconds}` }),
      }
      if (shown.kind === 'unchanged') return { status: 304, headers: common }
      if (shown.kind === 'stored') return jsonReply(200, showOrder(shown.order), common)
      const { orderId: id, status, acceptedAt } = shown
      const undecided: ShownAccepted = { id, status, version: 0, acceptedAt: acceptedAt.toISOString() }
      return jsonReply(200, undecided, { ...common, ...UNDECIDED_RETRY_AFTER })
    }),

    route(listOrdersOperation, async ({ principal, query }) => {
      const { limit, cursor, placedFrom, placedTo, ...filter } = query
      const position = cursor === undefined ? undefined : decodeCursor(Position, cursor)
      const { orders, next } = await services.orders.page(
        viewOf(principal, 'orders:read'),
        {
          ...filter,
          ...(placedFrom === undefined ? {} : { placedFrom: new Date(placedFrom) }),
          ...(placedTo === undefined ? {} : { placedTo: new Date(placedTo) }),
        },
        limit,
        position && { at: position[0], id: position[1] },
      )
      const path = next && nextPath('/v1/orders', query, encodeCursor([next.at, next.id]))
      return jsonReply(200, { orders: orders.map(showSummary), next: path }, linkTo(path))
    }),

    route(cancelOrderOperation, async ({ principal, params, query, body, headers, traceparent }) => {
      const accepted = await services.commandOrder({
        principal,
        receipt: query.receipt,
        command: {
          type: 'comanda.order.cancel.v1',
          target: params.id,
          data: body,
          key: optionalKey(headers),
        },
        traceparent,
      })
      return commandAccepted(params.id, accepted)
    }),

    route(shipOrderOperation, async ({ principal, params, body, headers, traceparent }) => {
      const accepted = await services.commandOrder({
        principal,
        command: { type: 'comanda.order.ship.v1', target: params.id, data: body, key: optionalKey(headers) },
        traceparent,
      })
      return commandAccepted(params.id, accepted)
    }),

    route(deliverOrderOperation, async ({ principal, params, body, headers, traceparent }) => {
      const accepted = await services.commandOrder({
        principal,
        command: {
          type: 'comanda.order.deliver.v1',
          target: params.id,
          data: body,
          key: optionalKey(headers),
        },
        traceparent,
      })
      return commandAccepted(params.id, accepted)
    }),
  ]
}

/** The RFC 8288 link to the next page, where there is one. */
export function linkTo(path: string | undefined): Readonly<Record<string, string>> {
  return path === undefined ? {} : { link: `<${path}>; rel="next"` }
}

function commandAccepted(orderId: string, { commandId, receipt }: AcceptedOrderCommand): Reply {
  const location = `/v1/orders/${orderId}${receipt === undefined ? '' : `?receipt=${receipt}`}`
  return jsonReply(202, { commandId, status: 'accepted' }, { location })
}
