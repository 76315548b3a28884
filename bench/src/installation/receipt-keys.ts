import { randomBytes } from 'node:crypto'

/** The setting RECEIPT_KEYS of order-api: a key set that lives as long as the run. */
export function receiptKeys(): string {
  return JSON.stringify({ sign: 'v1', keys: { v1: randomBytes(32).toString('base64') } })
}
