import { createHash } from 'node:crypto'

/** What SQS takes as MessageGroupId and MessageDeduplicationId: 1 to 128 printable ASCII characters without blanks. */
const TOKEN = /^[\x21-\x7e]{1,128}$/

/**
 * Makes a legal group or deduplication id of any text. A text that is none itself becomes its SHA-256: equal texts stay
 * equal, and one odd text cannot get a batch of ten refused.
 */
export function queueToken(text: string): string {
  return TOKEN.test(text) ? text : createHash('sha256').update(text).digest('hex')
}
