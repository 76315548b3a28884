import { MANY_ORDERS_FILTERS } from '@comanda/e2e/embedded'
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
    for (const [name, filter] of MANY_ORDERS_FILTERS) {
      const path = `/v1/orders?${queryOf(filter)}`
      const latencies = await readPages(port, path, tokens[index]!, READS_OF_A_LIST)
      figures.push({ view, filter: name, latency: quantiles(latencies) })
    }
  watch.stop()
  return figures
}

function queryOf(filter: Readonly<Record<string, string | Date>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter))
    query.set(name, value instanceof Date ? value.toISOString() : value)
  return query.toString()
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
