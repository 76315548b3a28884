import { describe, expect, it } from '@jest/globals'
import { eventId } from '@comanda/shared/identity'
import { closeLedger, isClosed } from '../src/measure/ledger.js'
import type { StoredOrder } from '../src/measure/ledger.js'

const ids = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-8000-8000-000000000000`)
const order = (id: string) => ({ id, scheduledAt: 1_000, answeredAt: 1_010, status: 202 })
const row = (id: string, changes: Partial<StoredOrder> = {}): StoredOrder => ({
  id,
  status: 'confirmed',
  committedAt: 1_030,
  hasAddress: true,
  ...changes,
})
const mailsFor = (...orders: string[]) => ({
  ids: orders.map((id) => eventId(id, 1)),
  takenAt: orders.map((_, index) => 1_050 + index),
})

describe('the ledger of a run', () => {
  it('closes when every answered order is stored and everybody with an address was told once', () => {
    const stored = [row(ids[0]!), row(ids[1]!, { hasAddress: false }), row(ids[2]!, { status: 'rejected' })]

    const { ledger, latencies } = closeLedger(ids.map(order), stored, mailsFor(ids[0]!, ids[2]!))

    expect(isClosed(ledger)).toBe(true)
    expect(ledger).toMatchObject({
      sent: 3,
      answered: 3,
      stored: 3,
      confirmed: 2,
      notifiable: 2,
      notified: 2,
    })
    expect(latencies).toEqual({ accepted: [10, 10, 10], committed: [30, 30, 30], notified: [50, 51] })
  })

  it('stays open when an answered order is missing or undecided', () => {
    const { ledger } = closeLedger(
      ids.map(order),
      [row(ids[0]!), row(ids[1]!, { status: 'accepted' })],
      mailsFor(ids[0]!),
    )

    expect(ledger.lost).toBe(2)
    expect(isClosed(ledger)).toBe(false)
  })

  it('stays open when somebody was not told, or told twice', () => {
    const stored = [row(ids[0]!), row(ids[1]!)]
    const orders = ids.slice(0, 2).map(order)

    expect(closeLedger(orders, stored, mailsFor(ids[0]!)).ledger).toMatchObject({ unnotified: 1 })
    const twice = closeLedger(orders, stored, mailsFor(ids[0]!, ids[1]!, ids[1]!))
    expect(twice.ledger).toMatchObject({ unnotified: 0, notifiedTwice: 1 })
    expect(twice.latencies.notified).toEqual([50, 51])
    expect(isClosed(twice.ledger)).toBe(false)
  })

  it('tells a lost answer from a lost order', () => {
    const refused = { scheduledAt: 1_000, answeredAt: 1_010, status: 503 }

    const { ledger } = closeLedger([order(ids[0]!), refused], [row(ids[0]!), row(ids[1]!)], mailsFor(ids[0]!))

    expect(ledger).toMatchObject({ sent: 2, answered: 1, storedUnanswered: 1, lost: 0 })
  })
})
