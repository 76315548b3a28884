import { awaitDecision } from './await-decision.js'
import type { Decision, PlacedOrder } from './await-decision.js'
import { ComandaError } from './comanda-error.js'
import { DEFAULT_ATTEMPT_TIMEOUT_MS, DEFAULT_DEADLINE_MS, DEFAULT_RETRIES } from './options.js'
import type { CallOptions, Fetch, Retries, WriteOptions } from './options.js'
import { itemsOf, queryOf } from './pages.js'
import { parsed } from './parsed.js'
import { send } from './send.js'
import type { Answered, Attempt, Bounds, Wire } from './send.js'
import { createTokenSource } from './token.js'
import type { Token } from './token.js'
import type * as types from './types.js'

export interface ComandaClientOptions {
  /** Where the API is, like `https://orders.shop.example`; a path in front of `/v1` is kept. */
  readonly baseUrl: string
  readonly token: Token
  readonly retries?: Partial<Retries>
  /** Longest wait for the whole answer to one attempt, in ms. Default 10,000. */
  readonly attemptTimeoutMs?: number
  /** Time for a call with all of its attempts, in ms; `Infinity` is allowed. Default 60,000. */
  readonly deadlineMs?: number
  /** Default: `globalThis.fetch`. */
  readonly fetch?: Fetch
  /** Told of each attempt when it has ended. What it throws, the call throws. */
  readonly onAttempt?: (attempt: Attempt) => void
}

/**
 * One method an operation of the API. Every call is attempted again, with the same key, after a broken connection and
 * after answers that pass by themselves, as patiently as Retry-After asks, until its deadline; then it rejects with a
 * `ComandaError`.
 */
export interface ComandaClient {
  /** Resolves once the queue has confirmed the order. Repeated under one key it stays one order. */
  placeOrder(order: types.OrderDocument, options?: WriteOptions): Promise<PlacedOrder>
  /**
   * Places an order and waits until it is decided. Past the deadline it resolves with `decided: false` and the last known
   * state: the order is accepted and will be decided. Rejects only where it is not placed, or may not be read: then the
   * error's `placed` is set.
   */
  placeAndWait(
    order: types.OrderDocument,
    options?: WriteOptions,
  ): Promise<Decision & { readonly placed: PlacedOrder }>
  /** The wait alone, for an order that was placed before. */
  awaitDecision(placed: Pick<PlacedOrder, 'id' | 'receipt'>, options?: CallOptions): Promise<Decision>
  /** The receipt shows an order that is accepted and not decided yet; without it that is a 404. */
  showOrder(id: string, options?: CallOptions & { readonly receipt?: string }): Promise<types.ShownOrder>
  /** Newest first, page after page as they are used; the deadline is that of each page. */
  listOrders(
    filter?: types.OrderFilter,
    options?: CallOptions,
  ): AsyncGenerator<types.OrderSummary, void, undefined>
  /** The receipt cancels an order that is not decided yet. */
  cancelOrder(
    id: string,
    options?: WriteOptions & { readonly reason?: string; readonly receipt?: string },
  ): Promise<types.AcceptedCommand>
  shipOrder(id: string, shipment: types.Shipment, options?: WriteOptions): Promise<types.AcceptedCommand>
  deliverOrder(id: string, options?: WriteOptions): Promise<types.AcceptedCommand>
  /** By SKU. */
  listProducts(options?: CallOptions): AsyncGenerator<types.Product, void, undefined>
  showProduct(sku: string, options?: CallOptions): Promise<types.Product>
  putProduct(
    sku: string,
    product: types.ProductOnSale,
    options?: WriteOptions,
  ): Promise<types.AcceptedCommand>
  adjustStock(sku: string, change: types.StockChange, options?: WriteOptions): Promise<types.AcceptedCommand>
}

const LARGEST_PAGE = 100

/** A client of one API for one caller. It holds no connections of its own and needs no closing. */
export function createComandaClient(options: ComandaClientOptions): ComandaClient {
  const wire: Wire = {
    baseUrl: options.baseUrl.replace(/\/$/, ''),
    tokens: createTokenSource(options.token),
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    retries: { ...DEFAULT_RETRIES, ...options.retries },
    attemptTimeoutMs: options.attemptTimeoutMs ?? DEFAULT_ATTEMPT_TIMEOUT_MS,
    onAttempt: options.onAttempt,
  }
  const boundsOf = ({ signal, deadlineMs }: CallOptions = {}): Bounds => ({
    signal,
    deadlineAt: performance.now() + (deadlineMs ?? options.deadlineMs ?? DEFAULT_DEADLINE_MS),
  })
  const get = async <Content>(path: string, call?: CallOptions): Promise<Content> =>
    parsed(await send(wire, { method: 'GET', path }, boundsOf(call))) as Content

  /** Writes that only a key tells apart get one; the others are the same write without it. */
  const write = async (
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    call: WriteOptions | undefined,
    key = call?.idempotencyKey,
  ): Promise<types.AcceptedCommand> => {
    const request = { method, path, body, ...(key === undefined ? {} : { idempotencyKey: key }) }
    return parsed(await send(wire, request, boundsOf(call))) as types.AcceptedCommand
  }

  const place = async (order: types.OrderDocument, call: WriteOptions | undefined, bounds: Bounds) => {
    const idempotencyKey = call?.idempotencyKey ?? crypto.randomUUID()
    const request = { method: 'POST', path: '/v1/orders', body: order, idempotencyKey } as const
    return placedOrder(await send(wire, request, bounds), idempotencyKey)
  }

  return {
    placeOrder: (order, call) => place(order, call, boundsOf(call)),
    async placeAndWait(order, call) {
      const bounds = boundsOf(call)
      const placed = await place(order, call, bounds)
      return { placed, ...(await awaitDecision(wire, placed, bounds)) }
    },
    awaitDecision: (placed, call) => awaitDecision(wire, placed, boundsOf(call)),
    showOrder: (id, call) => get(orderPath(id) + queryOf({ receipt: call?.receipt }), call),
    listOrders: (filter = {}, call = {}) =>
      itemsOf(
        wire,
        `/v1/orders${queryOf({ limit: LARGEST_PAGE, ...filter })}`,
        (page) => (page as types.OrderPage).orders,
        () => boundsOf(call),
      ),
    cancelOrder: (id, call) =>
      write(
        'POST',
        `${orderPath(id)}/cancel${queryOf({ receipt: call?.receipt })}`,
        call?.reason === undefined ? {} : { reason: call.reason },
        call,
      ),
    shipOrder: (id, shipment, call) => write('POST', `${orderPath(id)}/ship`, shipment, call),
    deliverOrder: (id, call) => write('POST', `${orderPath(id)}/deliver`, {}, call),
    listProducts: (call = {}) =>
      itemsOf(
        wire,
        `/v1/products?limit=${LARGEST_PAGE}`,
        (page) => (page as types.ProductPage).products,
        () => boundsOf(call),
      ),
    showProduct: (sku, call) => get(productPath(sku), call),
    putProduct: (sku, product, call) =>
      write('PUT', productPath(sku), product, call, call?.idempotencyKey ?? crypto.randomUUID()),
    adjustStock: (sku, change, call) =>
      write('POST', `${productPath(sku)}/stock`, change, call, call?.idempotencyKey ?? crypto.randomUUID()),
  }
}

/** Takes the receipt alone from `Location`: where it is shown follows from the base URL. */
function placedOrder(answer: Answered, idempotencyKey: string): PlacedOrder {
  const { id } = parsed(answer) as { readonly id?: unknown }
  const receipt = new URLSearchParams(answer.headers.get('location')?.split('?')[1]).get('receipt')
  if (typeof id !== 'string' || receipt === null)
    throw new ComandaError('unexpected_answer', 'The answer names no order.', { status: answer.status })
  return {
    id,
    receipt,
    idempotencyKey,
    replayed: answer.headers.get('idempotency-replayed') === 'true',
    attempts: answer.attempts,
  }
}

function orderPath(id: string): string {
  return `/v1/orders/${encodeURIComponent(id)}`
}

function productPath(sku: string): string {
  return `/v1/products/${encodeURIComponent(sku)}`
}
