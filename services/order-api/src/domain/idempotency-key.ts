import { LIMITS } from '@comanda/shared/limits'

/** RFC 9651 string: the quoted form of the IETF Idempotency-Key draft. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/
const KEY = new RegExp(`^[\\x21-\\x7e]{${LIMITS.idempotencyKeyMin},${LIMITS.idempotencyKeyMax}}$`)

/**
 * The key that an `Idempotency-Key` header names, or undefined where it names none. The bare and the quoted form name
 * the same key: hashed as sent, `"abc"` and `abc` would be two orders. 16 to 255 visible ASCII characters.
 */
export function parseIdempotencyKey(header: string): string | undefined {
  let key = header
  if (header.startsWith('"')) {
    const quoted = QUOTED.exec(header)
    if (quoted === null) return undefined
    key = quoted[1]!.replace(/\\(["\\])/g, '$1')
  }
  return KEY.test(key) ? key : undefined
}
