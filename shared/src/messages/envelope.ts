import { z } from 'zod'
import { Account, Actor, Instant, text } from './fields.js'

/**
 * The CloudEvents 1.0 envelope (structured JSON) that every message travels in. `id` is the command or event id and
 * stays the same over retries; `subject` is the order id, or the SKU for catalog commands. `account` and `actor` are
 * extension attributes. Readers ignore attributes that they do not know, so a later release may add some.
 */
export function envelope<const Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({
    specversion: z.literal('1.0'),
    id: text(64),
    source: text(64),
    type: z.literal(type),
    subject: text(64),
    time: Instant,
    datacontenttype: z.literal('application/json'),
    account: Account,
    actor: Actor,
    data,
  })
}

/**
 * JSON with every character beyond ASCII escaped: SQS refuses or replaces some characters (U+FFFE, U+FFFF), and what
 * was hashed must be what arrives.
 */
export function asciiJson(value: unknown): string {
  return escapeNonAscii(JSON.stringify(value))
}

/** The same for JSON that is written already. */
export function escapeNonAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
