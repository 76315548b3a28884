import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { readInvoices } from '../../src/retail/read-invoices.js'
import { HEADER, madeFile, rowsFile } from './made-file.js'

const ROW = '536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom'
const GOOD = [HEADER, ROW, ''].join('\n')

/** What is said about a file that cannot be used, without its name. */
async function complaintAbout(name: string, content: string | Buffer): Promise<string> {
  await using file = await madeFile(name, content)
  const failure: unknown = await readInvoices(file.path).catch((error: unknown) => error)
  const { message } = failure as Error
  expect(message).toContain(file.path)
  return message.replace(file.path, 'FILE')
}

describe('readInvoices', () => {
  it.each(['made.csv', 'made.csv.gz'])('reads %s', async (name) => {
    await using file = await madeFile(name, GOOD)

    expect(await readInvoices(file.path)).toEqual([
      {
        number: '536365',
        date: '2010-12-01 08:26:00',
        customerId: '17850',
        country: 'United Kingdom',
        rows: [{ stockCode: '85123A', description: 'HEART', quantity: '6', unitPrice: '2.55' }],
      },
    ])
  })

  it('reads a file with a byte order mark and columns in another order', async () => {
    await using file = await madeFile(
      'made.csv',
      '\uFEFFCountry,InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n' +
        'France,1,A,"with, comma and ""quotes""",1,2010-12-01 08:26:00,1.5,\n',
    )

    const [invoice] = await readInvoices(file.path)

    expect([invoice?.country, invoice?.rows[0]?.description]).toEqual(['France', 'with, comma and "quotes"'])
  })

  it('names the columns that a file lacks', async () => {
    expect(await complaintAbout('made.csv', 'a,b,c\n1,2,3\n')).toBe(
      'The data file FILE cannot be used: it lacks the column InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country.',
    )
  })

  it.each([
    ['Quantity', ROW.replace(',6,', ',six,'), 'must be a whole number'],
    ['UnitPrice', ROW.replace('2.55', '1e3'), 'must be a decimal number'],
    ['InvoiceDate', ROW.replace('2010-12-01', '2010-13-41'), 'must be a date'],
    ['InvoiceNo', ROW.replace('536365', ''), 'must be 1 to 64 visible ASCII characters'],
    ['StockCode', ROW.replace('85123A', ''), 'must not be empty'],
  ])('names the row whose %s makes no sense', async (column, row, rule) => {
    expect(await complaintAbout('made.csv', [HEADER, ROW, row, ''].join('\n'))).toBe(
      `The data file FILE cannot be used: ${column} of row 2 ${rule}.`,
    )
  })

  it.each([
    ['is cut short', gzipSync(GOOD.repeat(500)).subarray(0, 60)],
    ['is no gzip', Buffer.from(GOOD)],
    ['is empty', Buffer.alloc(0)],
  ])('says so when a gzipped file %s', async (_what, bytes) => {
    expect(await complaintAbout('made.csv.gz', bytes)).toMatch(/^The data file FILE [^.]+\.$/)
  })

  it('says so when the quotes of a row are broken', async () => {
    expect(await complaintAbout('made.csv', `${GOOD}1,"A"B,x,1,2010-12-01 08:26:00,1,,France\n`)).toMatch(
      /^The data file FILE cannot be used: [^\n]+\.$/,
    )
  })

  it('says so when a file holds no invoice', async () => {
    expect(await complaintAbout('made.csv', `${HEADER}\n`)).toBe('The data file FILE holds no invoice.')
  })

  it('says so when there is no such file', async () => {
    await using file = await rowsFile(ROW)

    await expect(readInvoices(`${file.path}.missing`)).rejects.toThrow(
      /missing cannot be used: .*no such file/,
    )
  })
})
