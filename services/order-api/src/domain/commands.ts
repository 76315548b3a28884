import {
  callerGroup,
  commandId,
  fingerprintOfCanonical,
  canonicalJson,
  orderId,
} from '@comanda/shared/identity'
import { asciiJson, escapeNonAscii } from '@comanda/shared/messages'
import type { Command, OrderDocument, PlaceOrder } from '@comanda/shared/messages'
import type { QueuedCommand } from './ports.js'
import type { Principal } from './principal.js'

const SOURCE = '/comanda/order-api'

/** The group of a caller's messages; costs a hash, so it is made once per token. */
export const groupOf = callerGroup

/**
 * The command that places an order. The order's canonical form is written once: it is hashed and then travels as it
 * is, so the message is put together from parts instead of being serialised again.
 */
export function placeCommand(
  principal: Principal,
  key: string,
  order: OrderDocument,
  acceptedAt: Date,
  traceparent?: string,
): QueuedCommand {
  const { account, actor, group } = principal
  const canonical = canonicalJson(order)
  const fingerprint = fingerprintOfCanonical(canonical)
  const id = orderId(principal, key, fingerprint)
  const type: PlaceOrder['type'] = 'comanda.order.place.v1'
  const json =
    `{"specversion":"1.0","id":"${id}","source":"${SOURCE}","type":"${type}","subject":"${id}",` +
    `"time":"${acceptedAt.toISOString()}","datacontenttype":"application/json",` +
    `"account":${JSON.stringify(account)},"actor":${JSON.stringify(actor)},` +
    `"data":{"key":${JSON.stringify(key)},"fingerprint":"${fingerprint}",` +
    `"pricesStand":${principal.scopes.has('orders:price')},"order":${canonical}}}`
  return {
    id,
    subject: id,
    orderId: id,
    group,
    body: escapeNonAscii(json),
    traceparent,
    claim: { account, actor, key, orderId: id },
  }
}

/** Every command but a place, with its data. */
export type OtherCommand = Exclude<Command, PlaceOrder>

/** What a command says; each type with data of its own. */
export type CommandRequest<Type extends OtherCommand['type'] = OtherCommand['type']> = Type extends unknown
  ? {
      readonly type: Type
      /** Order id or SKU. */
      readonly target: string
      readonly data: Extract<OtherCommand, { type: Type }>['data']
      /** Without one the command can be given once per target and caller. */
      readonly key?: string | undefined
    }
  : never

/** A command about an order or a product, with an id that is the same on every retry. */
export function otherCommand(
  principal: Principal,
  request: CommandRequest,
  acceptedAt: Date,
  traceparent?: string,
): QueuedCommand {
  const { type, target, data, key } = request
  const { account, actor, group } = principal
  const id = commandId(type, { account, actor }, target, key)
  const message = {
    specversion: '1.0',
    id,
    source: SOURCE,
    type,
    subject: target,
    time: acceptedAt.toISOString(),
    datacontenttype: 'application/json',
    account,
    actor,
    data,
  } satisfies Record<keyof OtherCommand, unknown>
  const isAboutOrder = type.startsWith('comanda.order.')
  return {
    ...{ id, subject: target, group, body: asciiJson(message), traceparent },
    ...(isAboutOrder ? { orderId: target } : {}),
  }
}
