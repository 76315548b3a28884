import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { LIMITS } from '@comanda/shared/limits'
import { UnitPrice } from '@comanda/shared/messages'
import { formatPrice, isAcceptableTotal, lineAmount, samePrice, totalOf } from '../../src/domain/money.js'

/** A price as ten-thousandths, which whole numbers hold exactly. */
const units = fc.bigInt({ min: 0n, max: 9_999_999_999_999n })
const decimal = (value: bigint): string => `${value / 10_000n}.${String(value % 10_000n).padStart(4, '0')}`
const quantity = fc.integer({ min: 1, max: LIMITS.quantityMax })

describe('money', () => {
  it('multiplies a price by a quantity without losing anything', () => {
    fc.assert(
      fc.property(units, quantity, (price, count) => {
        expect(lineAmount(count, decimal(price))).toBe(decimal(price * BigInt(count)))
      }),
    )
  })

  it('sums amounts without losing anything', () => {
    fc.assert(
      fc.property(fc.array(units, { maxLength: 100 }), (amounts) => {
        expect(totalOf(amounts.map(decimal))).toBe(decimal(amounts.reduce((sum, amount) => sum + amount, 0n)))
      }),
    )
  })

  it('takes every price that a message may hold, and knows it again however it is written', () => {
    const written = fc
      .tuple(units, fc.nat({ max: 4 }))
      .map(([price, zeros]) => decimal(price).replace(new RegExp(`\\.?0{0,${zeros}}$`), ''))
      .filter((price) => UnitPrice.safeParse(price).success)
    fc.assert(
      fc.property(written, (price) => {
        const formatted = formatPrice(price)
        expect(formatted).toMatch(/^\d+\.\d{4}$/)
        expect(samePrice(price, formatted)).toBe(true)
        expect(samePrice(price, lineAmount(1, price))).toBe(true)
      }),
    )
  })

  it('tells prices apart by the last decimal', () => {
    expect(samePrice('2.5', '2.50')).toBe(true)
    expect(samePrice('2.5', '2.5001')).toBe(false)
    expect(samePrice('0', '0.0001')).toBe(false)
  })

  it('sums what binary floating point does not', () => {
    expect(totalOf(['0.1', '0.2'])).toBe('0.3000')
  })

  it('draws the line for totals at 10^12', () => {
    expect(isAcceptableTotal('999999999999.9999')).toBe(true)
    expect(isAcceptableTotal('1000000000000.0000')).toBe(false)
  })
})
