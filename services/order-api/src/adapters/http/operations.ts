import {
  showDocumentationAssetOperation,
  showDocumentationOperation,
  showOpenApiOperation,
} from './documentation-operations.js'
import type { Operation } from './operation.js'
import {
  cancelOrderOperation,
  deliverOrderOperation,
  shipOrderOperation,
} from './order-command-operations.js'
import { listOrdersOperation, placeOrderOperation, showOrderOperation } from './order-operations.js'
import {
  adjustStockOperation,
  listProductsOperation,
  putProductOperation,
  showProductOperation,
} from './product-operations.js'

/** Every operation of this service, in the order in which requests are matched: the busiest first. */
export const OPERATIONS: readonly Operation[] = [
  placeOrderOperation,
  showOrderOperation,
  listOrdersOperation,
  cancelOrderOperation,
  shipOrderOperation,
  deliverOrderOperation,
  listProductsOperation,
  showProductOperation,
  putProductOperation,
  adjustStockOperation,
  showOpenApiOperation,
  showDocumentationOperation,
  showDocumentationAssetOperation,
]
