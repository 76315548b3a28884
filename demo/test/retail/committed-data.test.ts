import { fileURLToPath } from 'node:url'
import { OrderDocument } from '@comanda/shared/messages'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { Big } from 'big.js'
import { expectationOf } from '../../src/retail/expectation.js'
import { isOrder } from '../../src/retail/invoice.js'
import type { Invoice } from '../../src/retail/invoice.js'
import { orderOfInvoice, totalOf } from '../../src/retail/order-of-invoice.js'
import { readInvoices } from '../../src/retail/read-invoices.js'
import { NEVER_IN_STOCK, planStock } from '../../src/retail/stock-plan.js'

const FORTNIGHT = fileURLToPath(new URL('../../../data/online-retail-2010-12.csv.gz', import.meta.url))

describe('the committed fortnight', () => {
  let invoices: readonly Invoice[]
  beforeAll(async () => {
    invoices = await readInvoices(FORTNIGHT)
  })

  it('has 1,458 invoices with 31,102 rows', () => {
    expect(invoices).toHaveLength(1_458)
    expect(invoices.reduce((rows, invoice) => rows + invoice.rows.length, 0)).toBe(31_102)
  })

  it('has 1,175 orders with 30,527 lines, which all are documents that Comanda accepts', () => {
    const orders = invoices.filter(isOrder).map((invoice) => orderOfInvoice(invoice).body)

    const broken = orders.filter((order) => !OrderDocument.safeParse(order).success)

    expect(orders).toHaveLength(1_175)
    expect(orders.reduce((lines, order) => lines + order.lines.length, 0)).toBe(30_527)
    expect(broken).toEqual([])
  })

  it('has 283 other invoices, none of which is a document that Comanda accepts', () => {
    const others = invoices.filter((invoice) => !isOrder(invoice))

    const taken = others.filter((invoice) => OrderDocument.safeParse(orderOfInvoice(invoice).body).success)

    expect(others).toHaveLength(283)
    expect(taken).toEqual([])
  })

  it('comes to 598,626.08 pounds, of which 520,621.15 can be confirmed and 20 orders cannot', () => {
    const expected = [...expectationOf(invoices).orders.values()]
    const confirmed = expected.filter(({ outcome }) => outcome === 'confirmed')
    const sum = (orders: typeof expected) =>
      orders.reduce((total, order) => total.plus(order.total), new Big(0)).toFixed()

    expect(sum(expected)).toBe('598626.08')
    expect(sum(confirmed)).toBe('520621.15')
    expect(expected.length - confirmed.length).toBe(20)
  })

  it('has 1,036 orders of customers, each with an address', () => {
    const expected = [...expectationOf(invoices).orders.values()]

    expect(expected.filter(({ email }) => email !== undefined)).toHaveLength(1_036)
  })

  it('gives every invoice a key and a reference of its own', () => {
    const sent = invoices.map(orderOfInvoice)

    expect(new Set(sent.map(({ key }) => key)).size).toBe(invoices.length)
    expect(new Set(sent.map(({ body }) => body.reference)).size).toBe(invoices.length)
    expect(Math.min(...sent.map(({ key }) => key.length))).toBeGreaterThanOrEqual(16)
  })

  it('agrees with a sum in whole ten-thousandths of a pound', () => {
    // Integers cannot round; the set has prices of at most three decimals.
    const units = (price: string) => {
      const [whole = '', decimals = ''] = price.split('.')
      return BigInt(whole + decimals.padEnd(4, '0'))
    }
    for (const invoice of invoices) {
      const exact = invoice.rows.reduce(
        (sum, { quantity, unitPrice }) => sum + BigInt(quantity) * units(unitPrice),
        0n,
      )

      expect(totalOf(invoice).times(10_000).toFixed()).toBe(exact.toString())
    }
  })

  it('is planned with enough of everything but the products that are never in stock', () => {
    const plan = new Map(planStock(invoices).map((product) => [product.sku, product]))
    const asked = new Map<string, number>()
    for (const { rows } of invoices.filter(isOrder))
      for (const { stockCode, quantity } of rows)
        asked.set(stockCode, (asked.get(stockCode) ?? 0) + Number(quantity))

    expect(new Set(plan.keys())).toEqual(new Set(asked.keys()))
    for (const sku of NEVER_IN_STOCK) expect(plan.get(sku)?.stock).toBe(0)
    const sold = new Map<string, number>()
    for (const { rows } of invoices.filter(isOrder)) {
      if (rows.some(({ stockCode }) => NEVER_IN_STOCK.has(stockCode))) continue
      for (const { stockCode, quantity } of rows)
        sold.set(stockCode, (sold.get(stockCode) ?? 0) + Number(quantity))
    }
    const short = [...sold].filter(([sku, quantity]) => (plan.get(sku)?.stock ?? 0) < quantity)
    expect(short).toEqual([])
  })

  it('is planned the same whatever the order of the invoices', () => {
    const stock = (some: readonly Invoice[]) =>
      new Map(
        planStock(some)
          .map(({ sku, stock }) => [sku, stock] as const)
          .toSorted(([one], [other]) => (one < other ? -1 : 1)),
      )

    expect(stock(invoices.toReversed())).toEqual(stock(invoices))
    expect(expectationOf(invoices.toReversed()).refused).toBe(expectationOf(invoices).refused)
  })
})
