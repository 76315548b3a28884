import { OrderDocument } from '@comanda/shared/messages'
import { describe, expect, it } from '@jest/globals'
import { isOrder } from '../../src/retail/invoice.js'
import { orderOfInvoice, totalOf } from '../../src/retail/order-of-invoice.js'
import { readInvoices } from '../../src/retail/read-invoices.js'
import { planStock } from '../../src/retail/stock-plan.js'
import { rowsFile } from './made-file.js'

async function invoicesOf(...rows: readonly string[]) {
  await using file = await rowsFile(...rows)
  return await readInvoices(file.path)
}

async function orderOf(...rows: readonly string[]) {
  const [invoice] = await invoicesOf(...rows)
  return orderOfInvoice(invoice!)
}

describe('the mapping of an invoice', () => {
  it('makes one order of an invoice that comes in two pieces', async () => {
    const invoices = await invoicesOf(
      '542806,21730,GLASS STAR,6,2011-02-01 10:00:00,4.25,17850,United Kingdom',
      '542807,71053,LANTERN,1,2011-02-01 10:01:00,3.39,13047,United Kingdom',
      '542806,84406B,HANGER,8,2011-02-01 10:02:00,2.75,17850,United Kingdom',
    )

    const orders = invoices.map((invoice) => orderOfInvoice(invoice).body)

    expect(orders.map(({ reference }) => reference)).toEqual(['542806', '542807'])
    expect(orders[0]?.lines.map(({ sku }) => sku)).toEqual(['21730', '84406B'])
    expect(orders[0]?.placedAt).toBe('2011-02-01T10:00:00+00:00')
  })

  it('keeps lines that repeat another one, and codes that differ in letter case only', async () => {
    const { body } = await orderOf(
      '536381,15056BL,UMBRELLA,2,2010-12-01 09:41:00,4.95,15311,United Kingdom',
      '536381,15056BL,UMBRELLA,2,2010-12-01 09:41:00,4.95,15311,United Kingdom',
      '536381,15056bl,UMBRELLA,1,2010-12-01 09:41:00,5.95,15311,United Kingdom',
    )

    expect(body.lines).toEqual([
      { sku: '15056BL', quantity: 2, unitPrice: '4.95' },
      { sku: '15056BL', quantity: 2, unitPrice: '4.95' },
      { sku: '15056bl', quantity: 1, unitPrice: '5.95' },
    ])
  })

  it.each([
    ['38970.0', '38970'],
    ['0.0', '0'],
    ['0.001', '0.001'],
    ['2.10', '2.1'],
    ['-11062.06', '-11062.06'],
  ])('writes the price %s as %s', async (price, unitPrice) => {
    const { body } = await orderOf(`537632,AMAZONFEE,FEE,1,2010-12-07 15:08:00,${price},,United Kingdom`)

    expect(body.lines[0]?.unitPrice).toBe(unitPrice)
  })

  it('sums to the last decimal where binary floating point does not', async () => {
    const [invoice] = await invoicesOf(
      '1,A,A,3,2010-12-01 09:41:00,0.1,,United Kingdom',
      '1,B,B,1,2010-12-01 09:41:00,0.001,,United Kingdom',
      '1,C,C,80995,2010-12-01 09:41:00,2.08,,United Kingdom',
    )

    expect(totalOf(invoice!).toFixed()).toBe('168469.901')
  })

  it('gives customers an address and guests none', async () => {
    const customer = await orderOf('1,A,A,1,2010-12-01 09:41:00,1,17850,United Kingdom')
    const guest = await orderOf('2,A,A,1,2010-12-01 09:41:00,1,,United Kingdom')

    expect(customer.body.customer).toEqual({
      id: '17850',
      email: 'customer-17850@shop.example',
      language: 'en',
    })
    expect(guest.body).not.toHaveProperty('customer')
  })

  it('writes to customers in Spain in Spanish', async () => {
    const { body } = await orderOf('1,A,A,1,2010-12-01 09:41:00,1,12557,Spain')

    expect([body.customer?.language, body.shipTo?.country]).toEqual(['es', 'ES'])
  })

  it.each([
    ['EIRE', 'IE'],
    ['RSA', 'ZA'],
    ['USA', 'US'],
  ])('knows %s as %s', async (name, country) => {
    const { body } = await orderOf(`1,A,A,1,2010-12-01 09:41:00,1,14911,${name}`)

    expect(body.shipTo).toEqual({ country })
  })

  it.each(['Unspecified', 'European Community', 'Channel Islands'])(
    'ships to nowhere for %s, which is no country',
    async (name) => {
      const { body } = await orderOf(`1,A,A,1,2010-12-01 09:41:00,1,14911,${name}`)

      expect(body).not.toHaveProperty('shipTo')
      expect(OrderDocument.safeParse(body).success).toBe(true)
    },
  )

  it('sends what is no order as it is, for the API to refuse', async () => {
    const [cancellation, badDebt, none] = await invoicesOf(
      'C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527,United Kingdom',
      'A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom',
      '3,A,A,0,2010-12-01 09:41:00,1,,United Kingdom',
    )

    for (const invoice of [cancellation!, badDebt!, none!]) {
      expect(isOrder(invoice)).toBe(false)
      expect(OrderDocument.safeParse(orderOfInvoice(invoice).body).success).toBe(false)
    }
    expect(orderOfInvoice(cancellation!).body.lines).toEqual([{ sku: 'D', quantity: -1, unitPrice: '27.5' }])
  })

  it('takes gifts for lines like any other', async () => {
    const [invoice] = await invoicesOf('1,22841,ROUND CAKE TIN,1,2010-12-01 09:41:00,0.0,,United Kingdom')

    expect(isOrder(invoice!)).toBe(true)
    expect(OrderDocument.safeParse(orderOfInvoice(invoice!).body).success).toBe(true)
  })

  it('gives the same invoice the same key in every run, and longer ones than the API asks for', async () => {
    const row = '7,A,A,1,2010-12-01 09:41:00,1,17850,United Kingdom'

    expect(await orderOf(row)).toEqual(await orderOf(row))
    expect((await orderOf(row)).key.length).toBeGreaterThanOrEqual(16)
  })
})

describe('the catalog', () => {
  it('has the last name that is one, without the blanks around it', async () => {
    const [product] = planStock(
      await invoicesOf(
        '1,22423,FIRST NAME,1,2010-12-01 09:41:00,12.75,,United Kingdom',
        '2,22423, REGENCY CAKESTAND 3 TIER ,1,2010-12-02 09:41:00,12.75,,United Kingdom',
        '3,22423,,1,2010-12-03 09:41:00,12.75,,United Kingdom',
      ),
    )

    expect(product?.name).toBe('REGENCY CAKESTAND 3 TIER')
  })

  it('has no name where the data has none', async () => {
    const [product] = planStock(await invoicesOf('1,20950,,1,2010-12-01 09:41:00,0.0,,United Kingdom'))

    expect(product?.name).toBeUndefined()
  })

  it('has the last price that is one: a gift does not make a product free', async () => {
    const [product] = planStock(
      await invoicesOf(
        '1,22423,STAND,1,2010-12-01 09:41:00,12.75,,United Kingdom',
        '2,22423,STAND,1,2010-12-02 09:41:00,10.95,,United Kingdom',
        '3,22423,STAND,1,2010-12-03 09:41:00,0.0,,United Kingdom',
      ),
    )

    expect(product?.price).toBe('10.95')
  })

  it('has enough for every order, and nothing of what is never in stock', async () => {
    const plan = planStock(
      await invoicesOf(
        '1,22423,STAND,70000,2010-12-01 09:41:00,12.75,,United Kingdom',
        '2,22423,STAND,10995,2010-12-02 09:41:00,10.95,,United Kingdom',
        '3,84509A,SET OF 4,6,2010-12-03 09:41:00,3.75,,United Kingdom',
        'C4,22423,STAND,-5,2010-12-04 09:41:00,12.75,,United Kingdom',
      ),
    )

    const stock = new Map(plan.map((product) => [product.sku, product.stock]))
    expect(stock.get('22423')).toBeGreaterThanOrEqual(80_995)
    expect(stock.get('84509A')).toBe(0)
  })

  it('leaves out what only cancellations name', async () => {
    const plan = planStock(await invoicesOf('C1,D,Discount,-1,2010-12-01 09:41:00,27.5,,United Kingdom'))

    expect(plan).toEqual([])
  })
})
