import { LIMITS } from '@comanda/shared/limits'
import { Amount, Currency, Sku, text } from '@comanda/shared/messages'
import { z } from 'zod'
import type { Operation } from './operation.js'
import { AcceptedCommand } from './order-schemas.js'
import {
  OptionalKeyHeaders,
  ProductBody,
  ProductListQuery,
  ProductPath,
  RequiredKeyHeaders,
  StockBody,
} from './request-schemas.js'

export const ShownProduct = z
  .strictObject({
    sku: Sku,
    name: text(LIMITS.nameMax).optional(),
    price: Amount,
    currency: Currency,
    available: z
      .int()
      .min(0)
      .max(LIMITS.stockMax)
      .meta({ format: 'int64', description: 'Stock that no order has taken.' }),
  })
  .meta({ id: 'Product' })

const ShownProductPage = z
  .strictObject({
    products: z.array(ShownProduct).max(LIMITS.pageMax),
    next: z.string().max(2_000).optional().meta({ description: 'Path and query of the next page.' }),
  })
  .meta({ id: 'ProductPage' })

const productExample: z.infer<typeof ShownProduct> = {
  sku: '85123A',
  name: 'White hanging heart t-light holder',
  price: '2.5500',
  currency: 'GBP',
  available: 594,
}

export const listProductsOperation = {
  id: 'listProducts',
  method: 'get',
  path: '/v1/products',
  scopes: ['catalog:read'],
  tag: 'catalog',
  summary: 'List products',
  description: 'By SKU.',
  query: ProductListQuery,
  responses: {
    '200': {
      description: 'A page of products.',
      schema: ShownProductPage,
      example: { products: [productExample] },
      headers: z.object({
        Link: z
          .string()
          .max(2_100)
          .optional()
          .meta({
            description: 'The next page (RFC 8288).',
            examples: ['</v1/products?limit=1&cursor=Ijg1MTIzQSI>; rel="next"'],
          }),
      }),
    },
  },
  errors: ['malformed', 'orders_unavailable'],
} as const satisfies Operation

export const showProductOperation = {
  id: 'showProduct',
  method: 'get',
  path: '/v1/products/{sku}',
  scopes: ['catalog:read'],
  tag: 'catalog',
  summary: 'Show a product',
  description: 'Price, currency and the stock that no order has taken.',
  params: ProductPath,
  responses: { '200': { description: 'The product.', schema: ShownProduct, example: productExample } },
  errors: ['not_found', 'orders_unavailable'],
} as const satisfies Operation

const commandAccepted = {
  '202': {
    description: 'The command is accepted and durable.',
    schema: AcceptedCommand,
    example: { commandId: '5d0c6f7e-1f2a-8b3c-8d4e-5f6071829304', status: 'accepted' },
    headers: z.object({
      Location: z
        .string()
        .max(300)
        .meta({ format: 'uri-reference', description: 'The product.', examples: ['/v1/products/85123A'] }),
    }),
    links: {
      showProduct: {
        operationId: 'showProduct',
        description: 'The product, once the command is carried out.',
        parameters: { sku: '$request.path.sku' },
      },
    },
  },
} as const

export const putProductOperation = {
  id: 'putProduct',
  method: 'put',
  path: '/v1/products/{sku}',
  scopes: ['catalog:write'],
  tag: 'catalog',
  summary: 'Create a product or change its name and price',
  description:
    'Says the whole product but its stock. Of two puts the later one stands, in whatever order they arrive.',
  params: ProductPath,
  headers: OptionalKeyHeaders,
  body: {
    schema: ProductBody,
    example: { name: 'White hanging heart t-light holder', price: '2.55', currency: 'GBP' },
    invalid: 'invalid_command',
  },
  responses: commandAccepted,
  errors: ['not_found', 'overloaded', 'queue_unavailable'],
} as const satisfies Operation

export const adjustStockOperation = {
  id: 'adjustStock',
  method: 'post',
  path: '/v1/products/{sku}/stock',
  scopes: ['catalog:write'],
  tag: 'catalog',
  summary: 'Add to or take from the stock of a product',
  description:
    'A change, never a total, so that changes may overtake each other. Each key changes the stock once.',
  params: ProductPath,
  headers: RequiredKeyHeaders,
  body: { schema: StockBody, example: { delta: 600, reason: 'goods received' }, invalid: 'invalid_command' },
  responses: commandAccepted,
  errors: ['idempotency_key_missing', 'not_found', 'overloaded', 'queue_unavailable'],
} as const satisfies Operation
