import type { Stopwatch } from '../host/foreign-cpu.js'
import type { Storefront } from '../installation/storefront.js'
import { quantiles } from '../measure/statistics.js'
import type { Quantiles } from '../measure/statistics.js'

/** Some fifteen seconds: until then code is being compiled. */
const WARM_UP_READS = 8_000
const READS_OF_A_LIST = 1_000

/** The p99 of the pages of one list, in ms from the request to the last byte. */
export interface ListFigures {
  readonly view: string
  readonly filter: string
  readonly latency: Quantiles
}

const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number)).toISOString()
const FILTERS: readonly (readonly [name: string, query: Readonly<Record<string, string>>])[] = [
  ['no filter', {}],
  ['a common status', { status: 'confirmed' }],
  ['a rare status', { status: 'rejected' }],
  ['a status that no order has', { status: 'delivered' }],
  ['a reference', { reference: 'R-2000' }],
  ['a customer', { customerId: 'C-2000' }],
  ['business time from', { placedFrom: day(199) }],
  ['business time to', { placedTo: day(3) }],
  ['a day of business time', { placedFrom: day(100), placedTo: day(101) }],
  ['business time before all orders', { placedTo: day(-30) }],
  ['status and business time', { status: 'rejected', placedFrom: day(10), placedTo: day(20) }],
  ['customer and status', { customerId: 'C-2000', status: 'shipped' }],
]
const VIEWS: readonly (readonly [name: string, account: string, actor?: string])[] = [
  ['an account of 100,000 orders', 'large'],
  ['an account of 4,000 orders', 'small-7'],
  ['one actor of the large account', 'large', 'actor-12'],
  ['an account without orders', 'nobody'],
]

/** Reads every list page after page, from its first again where it ends. Rejects at any answer but 200. */
export async function readLists(
  port: number,
  storefront: Pick<Storefront, 'readerOf'>,
  watch: Stopwatch,
): Promise<readonly ListFigures[]> {
  const figures: ListFigures[] = []
  const tokens = await Promise.all(VIEWS.map(([, account, actor]) => storefront.readerOf(account, actor)))
  await readPages(port, '/v1/orders', tokens[0]!, WARM_UP_READS)
  watch.start()
  for (const [index, [view]] of VIEWS.entries())
    for (const [filter, query] of FILTERS) {
      const path = `/v1/orders?${new URLSearchParams(query).toString()}`
      const latencies = await readPages(port, path, tokens[index]!, READS_OF_A_LIST)
      figures.push({ view, filter, latency: quantiles(latencies) })
    }
  watch.stop()
  return figures
}

async function readPages(port: number, first: string, token: string, count: number): Promise<number[]> {
  const latencies: number[] = []
  let path = first
  for (let read = 0; read < count; read += 1) {
    const startedAt = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    await response.arrayBuffer()
    latencies.push(performance.now() - startedAt)
    if (response.status !== 200) throw new Error(`${path} was answered ${response.status}`)
    path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? first
  }
  return latencies
}
