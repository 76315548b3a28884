import { describe, expect, it } from '@jest/globals'
import { createReceipts } from '../src/domain/receipt.js'
import { idOf } from './orders-for-tests.js'

const v1 = Buffer.alloc(32, 1)
const v2 = Buffer.alloc(32, 2)
const subject = { orderId: idOf(1), account: 'giftshop', actor: 'storefront' }
const acceptedAt = new Date('2026-01-15T09:30:00.000Z')
const receipts = createReceipts({ sign: 'v1', keys: new Map([['v1', v1]]) })

describe('a receipt', () => {
  it('proves when the order was accepted', () => {
    const receipt = receipts.issue(subject, acceptedAt)

    expect(receipts.check(subject, receipt)).toEqual({ kind: 'valid', acceptedAt })
  })

  it.each([
    ['another order', { ...subject, orderId: idOf(2) }],
    ['another account', { ...subject, account: 'otherhouse' }],
    ['another actor', { ...subject, actor: 'shopper-1' }],
    ['a caller whose names join to the same', { ...subject, account: 'giftsho', actor: 'pstorefront' }],
  ])('proves nothing for %s', (_name, other) => {
    const receipt = receipts.issue(subject, acceptedAt)

    expect(receipts.check(other, receipt)).toEqual({ kind: 'invalid' })
  })

  it('does not survive a change of any character', () => {
    const receipt = receipts.issue(subject, acceptedAt)

    for (let index = 0; index < receipt.length - 1; index += 1) {
      const other = receipt[index] === 'A' ? 'B' : 'A'
      const forged = receipt.slice(0, index) + other + receipt.slice(index + 1)

      expect(receipts.check(subject, forged).kind).not.toBe('valid')
    }
  })

  it.each(['', 'v1', 'v1..', 'v1.abc.def', 'x'.repeat(100), 'v1.zzzzzzzzzzz.' + 'A'.repeat(43)])(
    'is not read from %j',
    (text) => {
      expect(receipts.check(subject, text)).toEqual({ kind: 'invalid' })
    },
  )

  it('is good with every key that a replica has, and unknown, not forged, under a newer one', () => {
    const both = new Map([
      ['v1', v1],
      ['v2', v2],
    ])
    const rotating = createReceipts({ sign: 'v1', keys: both })
    const rotated = createReceipts({ sign: 'v2', keys: both })

    const newer = rotated.issue(subject, acceptedAt)

    expect(rotating.check(subject, newer)).toEqual({ kind: 'valid', acceptedAt })
    expect(rotated.check(subject, rotating.issue(subject, acceptedAt))).toEqual({ kind: 'valid', acceptedAt })
    expect(receipts.check(subject, newer)).toEqual({ kind: 'unknown_key' })
  })

  it('needs the key that signs', () => {
    expect(() => createReceipts({ sign: 'v2', keys: new Map([['v1', v1]]) })).toThrow(TypeError)
  })
})
