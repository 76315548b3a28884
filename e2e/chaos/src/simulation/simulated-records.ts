import type { OutgoingMail } from '@comanda/notifier/dist/src/domain/outgoing-mail.js'
import type { MemoryDelivery } from '@comanda/notifier/dist/src/adapters/memory/delivery-store.js'
import { contentHash, contentOfSent } from '../checker/order-content.js'
import { sha256 } from '../checker/identity.js'
import type { CheckRecord, Operation, OrderRow } from '../checker/records.js'
import type { Ground } from './processes.js'

/** A mail, and when it was taken. */
export type SimulatedMail = OutgoingMail & { readonly at: number }

/** What a simulated run left behind, in the form in which the checker judges any run. */
export function recordsOf(seen: {
  readonly ground: Ground
  readonly operations: readonly Operation[]
  readonly published: readonly string[]
  readonly mails: readonly SimulatedMail[]
  readonly rows: readonly MemoryDelivery[]
}): CheckRecord[] {
  const { orders, queues } = seen.ground
  const owned = [...orders.keyOwners].map(([owner, id]): CheckRecord => {
    const [account, actor, key] = JSON.parse(owner) as [string, string, string]
    return { kind: 'key', id, account, actor, key }
  })
  return [
    ...seen.operations,
    ...[...orders.orders.keys()].map((id) => rowOf(seen.ground, seen.rows, id)),
    ...owned,
    ...[...orders.outcomes.values()].flatMap(
      ({ commandId, type, target, outcome, account }): CheckRecord[] =>
        type === 'comanda.order.place.v1'
          ? []
          : [
              {
                kind: 'command',
                id: type.includes('.order.') ? target : commandId,
                cmd: commandId,
                type,
                outcome,
                account,
              },
            ],
    ),
    ...orders.movements
      .filter(({ kind }) => kind === 'adjusted')
      .flatMap(({ commandId, account, changes }) =>
        changes.map(({ sku, quantity }): CheckRecord => ({
          kind: 'adjustment',
          cmd: commandId,
          account,
          sku,
          quantity,
        })),
      ),
    ...seen.published.map((body): CheckRecord => {
      const { id, subject, type, data } = JSON.parse(body) as {
        id: string
        subject: string
        type: string
        data: { version: number }
      }
      return { kind: 'published', id: subject, event: id, type, version: data.version }
    }),
    ...[...orders.waiting.values()].map(({ event }): CheckRecord => ({
      kind: 'outbox',
      id: event.orderId,
      event: event.id,
    })),
    ...[...orders.parked.values()].map(({ body, reason }): CheckRecord => ({
      ...{ kind: 'parked', table: 'parked_messages' },
      sha: sha256(body),
      reason,
    })),
    ...['orders-dead-letter', 'events-dead-letter'].flatMap((queue) =>
      queues.bodies(queue).map((body): CheckRecord => ({ kind: 'dead-letter', sha: sha256(body), queue })),
    ),
    ...seen.mails.map(({ orderId, eventId, messageId, to, at }): CheckRecord => ({
      ...{ kind: 'mail', id: orderId, event: eventId },
      messageId,
      to: to.address,
      at,
    })),
  ]
}

function rowOf({ orders }: Ground, rows: readonly MemoryDelivery[], id: string): OrderRow {
  const order = orders.orders.get(id)!
  const document = orders.documents.get(id)
  const wanted: Record<string, number> = {}
  for (const { sku, quantity } of document?.data.order.lines ?? [])
    wanted[sku] = (wanted[sku] ?? 0) + quantity
  return {
    kind: 'order',
    id,
    account: order.account,
    actor: order.actor,
    key: document?.data.key ?? null,
    fingerprint: document?.data.fingerprint ?? null,
    status: order.status,
    version: order.version,
    reason: order.status === 'rejected' ? order.reason : null,
    content: document === undefined ? '' : contentHash(contentOfSent(document.data.order)),
    prices: '',
    email: document?.data.order.customer?.email ?? null,
    sumsAgree: true,
    wanted,
    timeline: orders.timeline
      .filter(({ orderId }) => orderId === id)
      .toSorted((one, other) => one.version - other.version)
      .map(({ version, status, refused, actor, commandId }) => ({
        ...{ version, status, actor },
        refused: refused ?? null,
        command: commandId,
      })),
    movements: orders.movements
      .filter(({ orderId }) => orderId === id)
      .flatMap(({ kind, changes, commandId }) =>
        changes.map(({ sku, quantity }) => ({ kind, sku, quantity, command: commandId })),
      ),
    deliveries: rows
      .filter(({ orderId }) => orderId === id)
      .map(({ eventId, version, status, reason }) => ({
        ...{ event: eventId, version, status },
        error: reason ?? null,
        putOff: false,
      })),
  }
}
