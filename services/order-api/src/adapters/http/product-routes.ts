import { Sku } from '@comanda/shared/messages'
import { ApiError } from '../../domain/api-error.js'
import type { ProductReader } from '../../domain/ports.js'
import type { ProductCommandUseCase } from '../../domain/product-commands.js'
import { decodeCursor, encodeCursor, nextPath } from './cursor.js'
import { route } from './operation.js'
import type { Route } from './operation.js'
import { linkTo } from './order-routes.js'
import {
  adjustStockOperation,
  listProductsOperation,
  putProductOperation,
  showProductOperation,
} from './product-operations.js'
import { jsonReply } from './reply.js'
import type { Reply } from './reply.js'
import { optionalOrRandomKey, requiredKey } from './request-headers.js'

export interface ProductServices {
  readonly products: ProductReader
  readonly commandProduct: ProductCommandUseCase
}

export function productRoutes(services: ProductServices): readonly Route[] {
  return [
    route(listProductsOperation, async ({ principal, query }) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(Sku, query.cursor)
      const { products, next } = await services.products.page(principal.account, query.limit, after)
      const path = next === undefined ? undefined : nextPath('/v1/products', query, encodeCursor(next))
      return jsonReply(200, { products, next: path }, linkTo(path))
    }),

    route(showProductOperation, async ({ principal, params }) => {
      const product = await services.products.product(principal.account, params.sku)
      if (product === undefined) throw new ApiError('not_found', 'There is no such product.')
      return jsonReply(200, product)
    }),

    route(putProductOperation, async ({ principal, params, body, headers, traceparent }) => {
      const commandId = await services.commandProduct({
        principal,
        command: {
          type: 'comanda.product.put.v1',
          target: params.sku,
          data: body,
          key: optionalOrRandomKey(headers),
        },
        traceparent,
      })
      return commandAccepted(commandId, params.sku)
    }),

    route(adjustStockOperation, async ({ principal, params, body, headers, traceparent }) => {
      const commandId = await services.commandProduct({
        principal,
        command: {
          type: 'comanda.stock.adjust.v1',
          target: params.sku,
          data: body,
          key: requiredKey(headers),
        },
        traceparent,
      })
      return commandAccepted(commandId, params.sku)
    }),
  ]
}

function commandAccepted(commandId: string, sku: string): Reply {
  const location = `/v1/products/${encodeURIComponent(sku)}`
  return jsonReply(202, { commandId, status: 'accepted' }, { location })
}
