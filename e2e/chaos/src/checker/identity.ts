import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.js'

/** The ids that orders, commands and events must have, worked out from DESIGN section 2 and not asked of the services. */
export interface Caller {
  readonly account: string
  readonly actor: string
}

/** SHA-256 of the RFC 8785 form, lower-case hex. */
export function sha256Json(value: unknown): string {
  return sha256(canonicalJson(value))
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** UUIDv8 of (caller, key, fingerprint); its first 16 bits come from (caller, key), so one key's orders lie together. */
export function expectedOrderId({ account, actor }: Caller, key: string, fingerprint: string): string {
  const whole = sha256Json(['comanda.order.v1', account, actor, key, fingerprint])
  const shard = sha256Json([account, actor, key])
  return asUuid(shard.slice(0, 4) + whole.slice(4))
}

/** The id of a cancel, ship, deliver, put or stock change. */
export function expectedCommandId(
  type: string,
  { account, actor }: Caller,
  target: string,
  key: string | null,
): string {
  return asUuid(sha256Json(['comanda.command.v1', type, account, actor, target, key]))
}

/** The id of the event about an order's move to `version`. */
export function expectedEventId(orderId: string, version: number): string {
  return asUuid(sha256Json(['comanda.event.v1', orderId, version]))
}

/** RFC 9562, version 8, variant 10. */
function asUuid(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  const digits = `${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`
  return [8, 12, 16, 20, 32].map((end, part, ends) => digits.slice(ends[part - 1] ?? 0, end)).join('-')
}
