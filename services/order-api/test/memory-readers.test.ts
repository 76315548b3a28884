import { describe } from '@jest/globals'
import { createMemoryOrderReader } from '../src/adapters/memory/order-reader.js'
import { createMemoryProductReader } from '../src/adapters/memory/product-reader.js'
import { orderReaderContract } from './order-reader-contract.js'
import { productReaderContract } from './product-reader-contract.js'

describe('the store in memory', () => {
  orderReaderContract(async (stored) => createMemoryOrderReader(stored))
  productReaderContract(async (stored) => createMemoryProductReader(stored))
})
