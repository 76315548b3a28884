import { hash } from 'node:crypto'
import { canonicalJson } from './canonical-json.js'

export { canonicalJson } from './canonical-json.js'

/**
 * Stable identities of orders, commands and events. The hashed form is frozen by golden vectors in
 * `shared/test/identity.test.ts`: changing it would give a retried request another id.
 *
 * All hashes run over the RFC 8785 (JSON Canonicalization Scheme) form of an *array*, which frames its parts: no two
 * callers can meet by moving a character from one part to the next.
 */

/** Who a key belongs to: the shop (tenant) and the caller inside it. */
export interface Caller {
  readonly account: string
  readonly actor: string
}

/** SHA-256 of the RFC 8785 form of a JSON value, as lower-case hex. */
export function fingerprint(json: unknown): string {
  return fingerprintOfCanonical(canonicalJson(json))
}

/** The fingerprint of a JSON value that is in its RFC 8785 form already. */
export function fingerprintOfCanonical(canonical: string): string {
  return hash('sha256', canonical, 'hex')
}

/**
 * The id of an order: UUIDv8 (RFC 9562) of the caller, the key and the fingerprint of the order as sent. Its first 16
 * bits come from the caller and the key alone, so an order and its key always meet on the same shard.
 */
export function orderId(caller: Caller, key: string, orderFingerprint: string): string {
  const bytes = sha256(['comanda.order.v1', caller.account, caller.actor, key, orderFingerprint])
  sha256([caller.account, caller.actor, key]).copy(bytes, 0, 0, 2)
  return uuidV8(bytes)
}

/**
 * The id of a command other than a place (whose command id is the order id). Without a key the command can be given
 * once per target and caller, which fits commands that either succeed or are refused for good only once.
 */
export function commandId(type: string, caller: Caller, target: string, key?: string): string {
  return uuidV8(sha256(['comanda.command.v1', type, caller.account, caller.actor, target, key ?? null]))
}

/** The id of the event that moved an order to `version`: there is exactly one per order and version. */
export function eventId(order: string, version: number): string {
  return uuidV8(sha256(['comanda.event.v1', order, version]))
}

/** The SQS message group of a caller (fair queues): at most 128 characters of a safe alphabet, and no name in clear. */
export function callerGroup(caller: Caller): string {
  return sha256(['comanda.group.v1', caller.account, caller.actor]).toString('hex').slice(0, 32)
}

/**
 * What logs and traces call an account: the first 16 hex digits of its SHA-256, so that they can be shown to who need not
 * know the accounts. `printf %s "$ACCOUNT" | sha256sum | cut -c1-16` finds the lines of one.
 */
export function accountHash(account: string): string {
  return hash('sha256', account, 'hex').slice(0, 16)
}

function sha256(json: unknown): Buffer {
  return hash('sha256', canonicalJson(json), 'buffer')
}

function uuidV8(hash: Buffer): string {
  hash[6] = (hash[6]! & 0x0f) | 0x80
  hash[8] = (hash[8]! & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
