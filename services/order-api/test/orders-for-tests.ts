import type { StoredOrder } from '../src/domain/ports.js'

export const ACCOUNT = 'giftshop'
export const ORDER_ID = '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f'

/** An id that differs in its last digits. */
export function idOf(number: number): string {
  return `3b1f8c1e-6a57-8d2b-9c30-${String(number).padStart(12, '0')}`
}

const ACCEPTED_AT = new Date('2026-01-15T09:30:00.000Z')

/** A confirmed order; `changes` make it another. */
export function storedOrder(changes: Partial<StoredOrder> = {}): StoredOrder {
  return {
    id: ORDER_ID,
    status: 'confirmed',
    version: 1,
    actor: 'storefront',
    reference: '536365',
    currency: 'GBP',
    total: '15.3000',
    lineCount: 1,
    customerId: '17850',
    acceptedAt: ACCEPTED_AT,
    updatedAt: new Date('2026-01-15T09:30:01.000Z'),
    lines: [{ sku: '85123A', quantity: 6, unitPrice: '2.5500', amount: '15.3000' }],
    customer: { email: 'customer-17850@shop.example', language: 'en' },
    shipTo: { country: 'GB' },
    metadata: { basket: 'b-1' },
    timeline: [
      { version: 1, status: 'confirmed', actor: 'storefront', at: new Date('2026-01-15T09:30:01.000Z') },
    ],
    ...changes,
  }
}

/** The row that a cancel leaves which overtook its order. */
export function tombstone(changes: Partial<StoredOrder> = {}): StoredOrder {
  return {
    id: ORDER_ID,
    status: 'accepted',
    version: 0,
    actor: 'storefront',
    lineCount: 0,
    acceptedAt: ACCEPTED_AT,
    updatedAt: ACCEPTED_AT,
    lines: [],
    timeline: [],
    ...changes,
  }
}
