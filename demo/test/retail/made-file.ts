import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

/** A data file of made rows, gzipped where its name says so. Removed when the test disposes of it. */
export async function madeFile(name: string, content: string | Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'comanda-demo-test-'))
  const path = join(folder, name)
  await writeFile(path, name.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content)
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

/** A file with the header of the set and these rows. */
export function rowsFile(...rows: readonly string[]) {
  return madeFile('made.csv', [HEADER, ...rows, ''].join('\n'))
}
