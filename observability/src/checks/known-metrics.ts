import { readFile } from 'node:fs/promises'
import { METRICS_PAGE } from '../folders.js'

/** What a metric is to a query: counters mean something over time only. Undefined where there is no such metric. */
export type KindOf = (metric: string) => 'counter' | 'gauge' | undefined

/** What Node, the process and Prometheus show without us. */
const OTHERS = /^(?:nodejs_|process_|up$|ALERTS)/
const GROWING = /_(?:total|bucket|sum|count)$/

/** The histograms that lead to traces, as the generated page says. */
export async function readTracedHistograms(): Promise<ReadonlySet<string>> {
  const page = await readFile(METRICS_PAGE, 'utf8')
  return new Set(
    [...page.matchAll(/^\| `([a-z_]+)` \| histogram \|.* With exemplars\. \|$/gm)].map(([, name]) => name!),
  )
}

/** Knows the metrics of the generated page, Node's, and those that rules record. */
export async function readKnownMetrics(recorded: Iterable<string>): Promise<KindOf> {
  const page = await readFile(METRICS_PAGE, 'utf8')
  const kinds = new Map<string, 'counter' | 'gauge'>()
  for (const name of recorded) kinds.set(name, 'gauge')
  for (const [, name, kind] of page.matchAll(/^\| `([a-z_]+)` \| (\w+) \|/gm)) {
    if (kind === 'histogram')
      for (const ending of ['bucket', 'sum', 'count']) kinds.set(`${name!}_${ending}`, 'counter')
    else kinds.set(name!, kind === 'counter' ? 'counter' : 'gauge')
  }
  return (metric) => {
    if (!OTHERS.test(metric)) return kinds.get(metric)
    return GROWING.test(metric) ? 'counter' : 'gauge'
  }
}
