// Cuts the demo's data out of the whole set: `node demo/scripts/cut-fortnight.mjs online-retail.csv.gz`.
// Keeps the header and every row of 1 to 14 December 2010 as it stands.
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'

const [input] = process.argv.slice(2)
if (input === undefined) {
  console.error('Name the gzipped CSV file of the whole set.')
  process.exit(2)
}
const output = new URL('../data/online-retail-2010-12.csv.gz', import.meta.url)
const FORTNIGHT = /,2010-12-(?:0[1-9]|1[0-4]) \d\d:\d\d:\d\d,/

async function* rows() {
  const lines = createInterface({ input: createReadStream(input).pipe(createGunzip()), crlfDelay: Infinity })
  let number = 0
  for await (const line of lines) {
    number += 1
    // No field of the set holds a line break, and only the date column holds a date.
    if (number === 1 || FORTNIGHT.test(line)) yield `${line}\n`
  }
}
await pipeline(Readable.from(rows()), createGzip({ level: 9 }), createWriteStream(output))
