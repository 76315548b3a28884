import { z } from 'zod'

/** The states of an order as the API shows them. `rejected`, `cancelled` and `delivered` are final. */
export const OrderStatus = z.enum(['accepted', 'confirmed', 'rejected', 'cancelled', 'shipped', 'delivered'])
export type OrderStatus = z.infer<typeof OrderStatus>
