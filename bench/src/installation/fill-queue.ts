import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { emulatorClient } from '@comanda/e2e/embedded'
import { callerGroup, fingerprint, orderId } from '@comanda/shared/identity'
import { asciiJson } from '@comanda/shared/messages'
import type { OrderDocument, PlaceOrder } from '@comanda/shared/messages'
import { keyOf } from '../load/order-requests.js'
import { ACCOUNT, STOREFRONT_CLIENT } from './storefront.js'

const CALLER = { account: ACCOUNT, actor: STOREFRONT_CLIENT }

/** The command that order-api makes of an order. */
export function placeCommand(order: OrderDocument, key: string, at: Date): PlaceOrder {
  const print = fingerprint(order)
  const id = orderId(CALLER, key, print)
  return {
    specversion: '1.0',
    id,
    source: '/comanda/bench',
    type: 'comanda.order.place.v1',
    subject: id,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    ...CALLER,
    data: { key, fingerprint: print, pricesStand: true, order },
  }
}

/** Puts `count` orders on the queue, the given ones over and over under new keys. */
export async function fillQueue(
  queue: { readonly endpoint: string; readonly orders: string },
  orders: readonly OrderDocument[],
  count: number,
  keyPrefix: string,
): Promise<void> {
  const client = emulatorClient(queue.endpoint)
  const groupId = callerGroup(CALLER)
  for (let from = 0; from < count; from += 10) {
    const Entries = Array.from({ length: Math.min(10, count - from) }, (_, index) => ({
      Id: String(index),
      MessageBody: asciiJson(
        placeCommand(orders[(from + index) % orders.length]!, keyOf(keyPrefix, from + index), new Date()),
      ),
      MessageGroupId: groupId,
    }))
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queue.orders, Entries }),
    )
    if (Failed.length > 0) throw new Error(`the queue refused an order: ${Failed[0]?.Code}`)
  }
  client.destroy()
}
