import { parser } from '@prometheus-io/lezer-promql'

/** One selector of a query: `metric{label op value}[range]`. */
export interface Selector {
  readonly metric: string
  readonly matchers: readonly { readonly label: string; readonly op: string; readonly value: string }[]
  /** The function right around it, as in `rate(x[5m])`. */
  readonly inside: string | undefined
}

export class PromqlError extends Error {
  override readonly name = 'PromqlError'
}

/** What Grafana puts in place of its variables before it asks. */
export function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h')
}

/** The selectors of a query, by Prometheus' own grammar. Throws `PromqlError` where it is none. */
export function selectorsOf(expr: string): readonly Selector[] {
  const text = filledIn(expr)
  const found: { metric: string; matchers: Selector['matchers'][number][]; inside: string | undefined }[] = []
  const functions: { readonly name: string; readonly to: number }[] = []
  let label = ''
  let op = ''
  parser.parse(text).iterate({
    enter(node) {
      const part = text.slice(node.from, node.to)
      while (functions.length > 0 && node.from >= functions.at(-1)!.to) functions.pop()
      if (node.type.isError) throw new PromqlError(`not a query at ${node.from}: ${text}`)
      switch (node.name) {
        case 'FunctionCall':
          functions.push({ name: text.slice(node.from, text.indexOf('(', node.from)).trim(), to: node.to })
          break
        case 'VectorSelector':
          found.push({ metric: '', matchers: [], inside: functions.at(-1)?.name })
          break
        case 'Identifier':
          if (found.length > 0) found.at(-1)!.metric = part
          break
        case 'LabelName':
          label = part
          break
        case 'MatchOp':
          op = part
          break
        case 'StringLiteral':
          found.at(-1)?.matchers.push({ label, op, value: part.slice(1, -1) })
      }
    },
  })
  return found
}
