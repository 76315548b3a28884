import { createAccountSlots } from '../src/adapters/http/account-limits.js'
import { createApp } from '../src/adapters/http/app.js'
import { crossOrigin } from '../src/adapters/http/cross-origin.js'
import { documentationRoutes } from '../src/adapters/http/documentation-routes.js'
import type { AnsweredRequest } from '../src/adapters/http/observer.js'
import { orderRoutes } from '../src/adapters/http/order-routes.js'
import { productRoutes } from '../src/adapters/http/product-routes.js'
import { createMemoryOrderReader } from '../src/adapters/memory/order-reader.js'
import type { OwnedOrder } from '../src/adapters/memory/order-reader.js'
import { createMemoryProductReader } from '../src/adapters/memory/product-reader.js'
import type { OwnedProduct } from '../src/adapters/memory/product-reader.js'
import { createAccountBuckets } from '../src/adapters/rate-limiter-flexible/account-buckets.js'
import { ApiError } from '../src/domain/api-error.js'
import { groupOf } from '../src/domain/commands.js'
import { createOrderCommands } from '../src/domain/order-commands.js'
import { createPlaceOrder } from '../src/domain/place-order.js'
import type {
  CommandQueue,
  OrderReader,
  ProductReader,
  QueuedCommand,
  SendResult,
} from '../src/domain/ports.js'
import { SCOPES } from '../src/domain/principal.js'
import type { Principal, Scope } from '../src/domain/principal.js'
import { createProductCommands } from '../src/domain/product-commands.js'
import { createReceipts } from '../src/domain/receipt.js'
import { createShowOrder } from '../src/domain/show-order.js'
import { ACCOUNT } from './orders-for-tests.js'

/** A principal whose token is its name. */
export function principal(actor: string, scopes: readonly Scope[] = SCOPES, account = ACCOUNT): Principal {
  return { account, actor, scopes: new Set(scopes), group: groupOf({ account, actor }) }
}

const DEFAULT_PRINCIPALS: Readonly<Record<string, Principal>> = {
  storefront: principal('storefront'),
  'shopper-1': principal('shopper-1', ['orders:read.own', 'orders:write.own']),
  stranger: principal('storefront', SCOPES, 'otherhouse'),
  reader: principal('reader', ['orders:read', 'catalog:read']),
  nobody: principal('nobody', []),
}

/** The receipts of every stand; `future` ones are signed with a key that the stand does not have. */
const keys = new Map([['v1', Buffer.alloc(32, 7)]])
export const receipts = createReceipts({ sign: 'v1', keys })
export const futureReceipts = createReceipts({ sign: 'v2', keys: new Map([['v2', Buffer.alloc(32, 8)]]) })

export const NOW = new Date('2026-01-15T09:31:00.000Z')

export interface StandOptions {
  readonly orders?: readonly OwnedOrder[]
  readonly products?: readonly OwnedProduct[]
  readonly storeAway?: boolean
  /** What the queue does with a command. */
  readonly send?: (command: QueuedCommand) => Promise<SendResult>
  readonly changed?: () => Promise<boolean>
  readonly corsOrigins?: readonly string[]
  /** Reads and writes of an account in a minute, a multiple of 60; more than any test sends unless it says so. */
  readonly perMinute?: number
  readonly maxAtOnce?: number
}

/** The whole HTTP side over stores and a queue in memory. */
export function createStand(options: StandOptions = {}) {
  const sent: QueuedCommand[] = []
  const answered: AnsweredRequest[] = []
  const state = { draining: false, overloaded: false, underWay: 0, now: NOW }
  const queue: CommandQueue = {
    send: async (command) => {
      sent.push(command)
      return options.send ? options.send(command) : 'sent'
    },
  }
  const orders: OrderReader = options.storeAway ? awayStore() : createMemoryOrderReader(options.orders ?? [])
  const products: ProductReader = options.storeAway
    ? awayStore()
    : createMemoryProductReader(options.products ?? [])
  const now = () => state.now
  const waits: number[] = []
  const routes = [
    ...orderRoutes({
      placeOrder: createPlaceOrder({
        queue,
        receipts,
        lossDetector: { accepted: () => undefined },
        now,
        onAccepted: () => undefined,
      }),
      showOrder: createShowOrder({
        orders,
        receipts,
        now,
        watch: {
          changed: async (_order, _version, waitMs) => {
            waits.push(waitMs)
            return options.changed ? options.changed() : false
          },
        },
      }),
      commandOrder: createOrderCommands({ orders, queue, receipts, now }),
      orders,
    }),
    ...productRoutes({ products, commandProduct: createProductCommands({ queue, now }) }),
    ...documentationRoutes(),
  ]
  const perSecond = (options.perMinute ?? 60_000) / 60
  const app = createApp(
    {
      authenticator: {
        cached: (token) => (Object.hasOwn(DEFAULT_PRINCIPALS, token) ? DEFAULT_PRINCIPALS[token] : undefined),
        verify: () =>
          Promise.reject(
            new ApiError('unauthenticated', 'The token is not valid.', {
              headers: { 'www-authenticate': 'Bearer realm="comanda", error="invalid_token"' },
            }),
          ),
      },
      observe: (request) => void answered.push(request),
      limits: {
        buckets: createAccountBuckets({
          perSecond: { reads: perSecond, writes: perSecond },
          windowSeconds: 60,
          maxAccounts: 100,
        }),
        slots: createAccountSlots(options.maxAtOnce ?? 1_000),
      },
      shedder: {
        admits: () => !state.overloaded,
        enter: () => void (state.underWay += 1),
        leave: () => void (state.underWay -= 1),
      },
      draining: () => state.draining,
    },
    routes,
  )
  return { app: crossOrigin(options.corsOrigins ?? [], app), sent, answered, state, waits, routes }
}

/** A store that cannot be asked. */
function awayStore(): OrderReader & ProductReader {
  const away = () =>
    Promise.reject(new ApiError('orders_unavailable', 'Orders and products cannot be read now.'))
  return { head: away, order: away, page: away, versions: away, product: away }
}
