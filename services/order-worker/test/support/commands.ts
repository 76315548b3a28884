import { randomUUID } from 'node:crypto'
import { commandId, fingerprint, orderId } from '@comanda/shared/identity'
import type {
  AdjustStock,
  CancelOrder,
  Command,
  DeliverOrder,
  OrderDocument,
  PlaceOrder,
  PutProduct,
  ShipOrder,
} from '@comanda/shared/messages'

/** Who gives a command in a test, and when. */
export interface Giver {
  readonly account?: string
  readonly actor?: string
  readonly time?: string
}

const envelope = ({ account = 'giftshop', actor = 'storefront', time = '2026-01-15T09:30:00.000Z' }: Giver) =>
  ({
    specversion: '1.0',
    source: '/comanda/order-api',
    time,
    datacontenttype: 'application/json',
    account,
    actor,
  }) as const

/** An order of one or more lines, in pounds. */
export function orderOf(
  lines: OrderDocument['lines'],
  more: Partial<Omit<OrderDocument, 'lines'>> = {},
): OrderDocument {
  return { reference: '536365', currency: 'GBP', ...more, lines }
}

export function place(
  order: OrderDocument,
  {
    key = `key-${randomUUID()}`,
    pricesStand = false,
    ...giver
  }: Giver & { key?: string; pricesStand?: boolean } = {},
): PlaceOrder {
  const head = envelope(giver)
  const print = fingerprint(order)
  const id = orderId(head, key, print)
  return {
    ...head,
    id,
    subject: id,
    type: 'comanda.order.place.v1',
    data: { key, fingerprint: print, pricesStand, order },
  }
}

function command<Type extends Command['type'], Data>(
  type: Type,
  subject: string,
  data: Data,
  { key, ...giver }: Giver & { key?: string },
) {
  const head = envelope(giver)
  return { ...head, id: commandId(type, head, subject, key), subject, type, data }
}

export function cancel(order: string, giver: Giver & { reason?: string } = {}): CancelOrder {
  const { reason, ...by } = giver
  return command('comanda.order.cancel.v1', order, reason === undefined ? {} : { reason }, by)
}

export function ship(order: string, giver: Giver = {}): ShipOrder {
  const data = { carrier: 'Royal Mail', trackingNumber: 'RM123456785GB' }
  return command('comanda.order.ship.v1', order, data, giver)
}

export function deliver(order: string, giver: Giver = {}): DeliverOrder {
  return command('comanda.order.deliver.v1', order, {}, giver)
}

export function put(
  sku: string,
  {
    price = '2.50',
    currency = 'GBP',
    name,
    ...giver
  }: Giver & { price?: string; currency?: string; name?: string } = {},
): PutProduct {
  const data = { price, currency, ...(name === undefined ? {} : { name }) }
  return command('comanda.product.put.v1', sku, data, { ...giver, key: randomUUID() })
}

export function adjust(sku: string, delta: number, giver: Giver = {}): AdjustStock {
  return command(
    'comanda.stock.adjust.v1',
    sku,
    { delta, reason: 'counted' },
    { ...giver, key: randomUUID() },
  )
}
