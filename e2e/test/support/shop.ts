import { randomUUID } from 'node:crypto'
import type { OrderDocument } from '@comanda/client'
import type { Target } from '../../src/targets/index.js'
import { createApiClient } from './api-client.js'
import type { Answer, ApiClient } from './api-client.js'
import { eventually } from './eventually.js'
import type { LogCanary } from './log-canary.js'
import { PERSONAL } from './log-canary.js'
import { CLIENT_ID } from './target-under-test.js'

/** An account of its own with its callers, so that no test sees another one's orders. */
export interface Shop extends ApiClient {
  readonly account: string
  /** The shop's own client with other scopes than all but `orders:price`. */
  client(scopes: readonly string[]): Promise<ApiClient>
  /** A shopper, who sees only orders of their own. */
  shopper(subject: string): Promise<ApiClient>
  /** Resolves once the catalog shows the products with their stock. */
  stock(products: Readonly<Record<string, ProductOnSale>>): Promise<void>
  available(sku: string): Promise<number>
}

export interface ProductOnSale {
  readonly quantity: number
  readonly price?: string
  readonly currency?: string
  readonly name?: string
}

const OWN = ['orders:read.own', 'orders:write.own']
const ALL = ['orders:read', 'orders:write', 'orders:fulfil', 'catalog:read', 'catalog:write']

/** Opens a new account. */
export async function openShop(target: Target, canary: LogCanary): Promise<Shop> {
  const account = `shop-${randomUUID()}`
  const as = async (scopes: readonly string[], subject?: string) => {
    const caller = { clientId: CLIENT_ID, account, scopes }
    const token = await target.token(subject === undefined ? caller : { ...caller, subject })
    return createApiClient({ apiUrl: target.apiUrl, actor: subject ?? CLIENT_ID, token, canary })
  }
  const all = await as(ALL)
  const shown = async (sku: string) => all.request('GET', `/v1/products/${sku}`)

  return {
    ...all,
    account,
    client: (scopes) => as(scopes),
    shopper: (subject) => as(OWN, subject),
    async stock(products) {
      await Promise.all(
        Object.entries(products).map(async ([sku, { quantity, price = '2.50', currency = 'GBP', name }]) => {
          const product = { price, currency, ...(name === undefined ? {} : { name }) }
          await all.typed.putProduct(sku, product, { idempotencyKey: newKey() })
          await eventually(`product ${sku}`, async () => (await shown(sku)).status === 200)
          if (quantity === 0) return
          const change = { delta: quantity, reason: 'goods received' }
          await all.typed.adjustStock(sku, change, { idempotencyKey: newKey() })
          await eventually(`stock of ${sku}`, async () => (await shown(sku)).body.available === quantity)
        }),
      )
    },
    available: async (sku) => (await shown(sku)).body.available,
  }
}

/** A key that was never used before. */
export function newKey(): string {
  return `canary-key-${randomUUID()}`
}

/** An order of one line for a customer with an address of every kind, each with a marker for the log canary. */
export function orderOf(sku: string, quantity = 1, other: Readonly<Record<string, unknown>> = {}) {
  const number = randomUUID().slice(0, 8)
  return {
    reference: `ref-${number}`,
    currency: 'GBP',
    customer: {
      id: `customer-${number}`,
      email: `${PERSONAL.mailbox}.${number}@shop.example`,
      name: `${PERSONAL.name} ${number}`,
      language: 'en',
    },
    shipTo: {
      name: PERSONAL.name,
      line1: PERSONAL.street,
      city: PERSONAL.city,
      postalCode: PERSONAL.postalCode,
      country: 'GB',
    },
    lines: [{ sku, quantity }],
    ...other,
  }
}

export interface PlacedOrder {
  readonly id: string
  /** Path and receipt, as `Location` gives them. */
  readonly location: string
  readonly receipt: string
}

/** Places an order as a client does that gives it up for nothing that passes. Rejects where it is refused. */
export async function place(client: ApiClient, order: unknown, key = newKey()): Promise<PlacedOrder> {
  const { id, receipt } = await client.typed.placeOrder(order as OrderDocument, { idempotencyKey: key })
  return { id, receipt, location: `/v1/orders/${id}?receipt=${receipt}` }
}

/** What a 202 says about the order. Throws where it is another answer. */
export function placedBy(answer: Answer): PlacedOrder {
  const { headers, body } = mustBeAccepted(answer)
  const location = headers.get('location') ?? ''
  return { id: body.id, location, receipt: location.split('receipt=')[1] ?? '' }
}

/** Waits until an order is past `accepted`, or polls until it is in the wanted status. Resolves with it as GET shows it. */
export async function settledOrder(
  client: ApiClient,
  { id, receipt, location }: PlacedOrder,
  wanted?: string,
): Promise<Answer['body']> {
  if (wanted === undefined) {
    const { decided, order } = await client.typed.awaitDecision({ id, receipt })
    if (!decided) throw new Error(`waited in vain for the decision of order ${id}`)
    return order
  }
  return eventually(`order ${wanted}`, async () => {
    const { status, body } = await client.request('GET', location)
    return status === 200 && body.status === wanted && body
  })
}

/** The answer, which must be a 202. */
export async function accepted(request: Promise<Answer>): Promise<Answer> {
  return mustBeAccepted(await request)
}

function mustBeAccepted(answer: Answer): Answer {
  if (answer.status !== 202) throw new Error(`expected 202, got ${answer.status}: ${answer.text}`)
  return answer
}
