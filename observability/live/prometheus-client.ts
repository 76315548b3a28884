export interface RuleState {
  readonly name: string
  readonly health: string
  readonly lastError?: string
  readonly state?: 'inactive' | 'pending' | 'firing'
}

/** A target that Prometheus scrapes. */
export interface TargetState {
  readonly labels: Readonly<Record<string, string>>
  readonly health: 'up' | 'down' | 'unknown'
  readonly lastError: string
}

/** What is asked of a Prometheus, over its API (https://prometheus.io/docs/prometheus/latest/querying/api/). */
export interface PrometheusClient {
  /** Values of an instant query. Rejects with what Prometheus says of a query that it cannot answer. */
  query(expr: string): Promise<readonly number[]>
  rules(): Promise<readonly RuleState[]>
  targets(): Promise<readonly TargetState[]>
  /** URLs of the Alertmanagers that alerts are sent to. */
  alertmanagers(): Promise<readonly string[]>
  /** Labels of the exemplars of the last hour in the series of a query. */
  exemplars(expr: string): Promise<readonly Readonly<Record<string, string>>[]>
}

export function createPrometheusClient(url: string): PrometheusClient {
  const ask = async <Data>(path: string, query: Readonly<Record<string, string>> = {}): Promise<Data> => {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query).toString()}`)
    const { status, error, data } = (await answer.json()) as { status: string; error?: string; data: Data }
    if (status !== 'success') throw new Error(error)
    return data
  }
  return {
    async query(expr) {
      const { result } = await ask<{ result: { value: [number, string] }[] }>('query', { query: expr })
      return result.map(({ value }) => Number(value[1]))
    },
    async rules() {
      const { groups } = await ask<{ groups: { rules: RuleState[] }[] }>('rules')
      return groups.flatMap(({ rules }) => rules)
    },
    async targets() {
      const { activeTargets } = await ask<{ activeTargets: TargetState[] }>('targets', { state: 'active' })
      return activeTargets
    },
    async alertmanagers() {
      const found = await ask<{ activeAlertmanagers: { url: string }[] }>('alertmanagers')
      return found.activeAlertmanagers.map((one) => one.url)
    },
    async exemplars(expr) {
      const now = Date.now() / 1_000
      const range = { start: String(now - 3_600), end: String(now + 60) }
      const series = await ask<{ exemplars: { labels: Record<string, string> }[] }[]>('query_exemplars', {
        query: expr,
        ...range,
      })
      return series.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels))
    },
  }
}
