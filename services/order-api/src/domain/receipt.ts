import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** Keys of receipts by version. A new one is first deployed to verify everywhere, then named as the one that signs. */
export interface ReceiptKeys {
  readonly sign: string
  readonly keys: ReadonlyMap<string, Buffer>
}

/** What a receipt speaks of. */
export interface ReceiptSubject {
  readonly orderId: string
  readonly account: string
  readonly actor: string
}

/** `unknown_key` is no forgery for certain: another replica may already sign with a key that this one lacks. */
export type ReceiptCheck =
  | { readonly kind: 'valid'; readonly acceptedAt: Date }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'unknown_key' }

const RECEIPT = /^([A-Za-z0-9_-]{1,16})\.([0-9a-z]{1,11})\.([A-Za-z0-9_-]{43})$/
const LATEST_TIME_MS = 8.64e15

/** The proof that an order was accepted, which its `Location` carries: `<key version>.<time, base 36 ms>.<MAC>`. */
export interface Receipts {
  issue(subject: ReceiptSubject, acceptedAt: Date): string
  check(subject: ReceiptSubject, receipt: string): ReceiptCheck
}

/** Receipts are HMAC-SHA-256 over key version, id, account, actor and time, framed as a JSON array. */
export function createReceipts({ sign, keys: bytes }: ReceiptKeys): Receipts {
  // As key objects: preparing the bytes anew for every receipt costs more than the MAC itself.
  const keys = new Map([...bytes].map(([version, key]) => [version, createSecretKey(key)]))
  const signingKey = keys.get(sign)
  if (signingKey === undefined) throw new TypeError('the key that signs receipts is not among the keys')
  return {
    issue(subject, acceptedAt) {
      const time = acceptedAt.getTime().toString(36)
      return `${sign}.${time}.${mac(signingKey, sign, subject, time).toString('base64url')}`
    },
    check(subject, receipt) {
      const parts = RECEIPT.exec(receipt)
      if (parts === null) return { kind: 'invalid' }
      const [, version, time, given] = parts as unknown as [string, string, string, string]
      const key = keys.get(version)
      if (key === undefined) return { kind: 'unknown_key' }
      const acceptedMs = Number.parseInt(time, 36)
      const expected = mac(key, version, subject, time)
      const equal = timingSafeEqual(expected, Buffer.from(given, 'base64url'))
      return equal && acceptedMs <= LATEST_TIME_MS
        ? { kind: 'valid', acceptedAt: new Date(acceptedMs) }
        : { kind: 'invalid' }
    },
  }
}

function mac(key: KeyObject, version: string, subject: ReceiptSubject, time: string): Buffer {
  const framed = JSON.stringify([
    'comanda.receipt.v1',
    version,
    subject.orderId,
    subject.account,
    subject.actor,
    time,
  ])
  return createHmac('sha256', key).update(framed).digest()
}
