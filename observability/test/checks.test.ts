import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { describe, expect, it } from '@jest/globals'
import { checkObservability } from '../src/checks/check-observability.js'
import { lintDashboard, panelsOf, queriesOf } from '../src/checks/lint-dashboard.js'
import { lintRules } from '../src/checks/lint-rules.js'
import { dashboards } from '../src/dashboards/index.js'
import { selectorsOf } from '../src/promql/selectors.js'
import type { Rule } from '../src/rules.js'

const COUNTERS: readonly string[] = ['orders_accepted_total', 'order_decision_seconds_bucket']
const kindOf = (metric: string) =>
  COUNTERS.includes(metric) ? 'counter' : metric === 'outbox_unsent' ? 'gauge' : undefined

describe('the committed rules, runbooks, tests and dashboards', () => {
  it('belong together', async () => {
    const { findings } = await checkObservability()

    expect(findings).toEqual([])
  })
})

describe('selectors of a query', () => {
  it('are found with their matchers and the function around them', () => {
    const found = selectorsOf('sum(rate(a_total{x=~"y", z="1"}[$__rate_interval])) / max(b)')

    expect(found).toEqual([
      {
        metric: 'a_total',
        matchers: [
          { label: 'x', op: '=~', value: 'y' },
          { label: 'z', op: '=', value: '1' },
        ],
        inside: 'rate',
      },
      { metric: 'b', matchers: [], inside: undefined },
    ])
  })

  it('are refused where the query is none', () => {
    expect(() => selectorsOf('sum(rate(a_total[5m])')).toThrow('not a query')
  })
})

describe('the check of dashboards', () => {
  const spoiled = (expr: string, { exemplar = false, ...more }: { exemplar?: boolean } & object = {}) => {
    const orders = JSON.parse(JSON.stringify(dashboards()['orders'])) as Dashboard
    const panel = {
      title: 'T',
      description: 'D',
      type: 'stat',
      datasource: { uid: '${datasource}' },
      ...more,
    }
    Object.assign(orders, {
      panels: [{ ...panel, fieldConfig: { defaults: { unit: 's' } }, targets: [{ expr, exemplar }] }],
    })
    return lintDashboard(orders, { kindOf, runbooks: new Set(['OutboxLagging']), traced }).join('\n')
  }
  const traced = new Set(['order_decision_seconds'])
  const chosen = 'namespace=~"$namespace", service=~"$service"'

  it.each([
    ['a metric that does not exist', `max(orders_lost{${chosen}})`, {}, 'which does not exist'],
    ['a query of all namespaces', 'max(outbox_unsent{service=~"$service"})', {}, 'of every namespace'],
    ['a counter without a rate', `sum(orders_accepted_total{${chosen}})`, {}, 'as it stands'],
    ['a rate of fixed length', `sum(rate(orders_accepted_total{${chosen}}[5m]))`, {}, 'rates over 5m'],
    ['a query with an error', `max(outbox_unsent{${chosen})`, {}, 'not a query'],
    ['a panel that leads to no runbook', `max(outbox_unsent{${chosen}})`, {}, 'leads to no runbook'],
    ['a panel without a description', `max(outbox_unsent{${chosen}})`, { description: '' }, 'no description'],
    [
      'lines of a histogram that leads to traces, without them',
      `sum(rate(order_decision_seconds_bucket{${chosen}}[$__rate_interval]))`,
      { type: 'timeseries' },
      'does not show the traces',
    ],
    [
      'traces of what has none',
      `max(outbox_unsent{${chosen}})`,
      { type: 'timeseries', exemplar: true },
      'that has none',
    ],
    [
      'a link to a runbook that is not there',
      `max(outbox_unsent{${chosen}})`,
      { links: [{ title: 'Runbook', url: 'https://x/docs/runbooks/Gone.md' }] },
      'is no runbook',
    ],
  ])('finds %s', (_, expr, more, finding) => {
    expect(spoiled(expr, more)).toContain(finding)
  })
})

describe('the dashboards', () => {
  const queryOf = (board: string, title: string) => {
    const panel = panelsOf(dashboards()[board]!).find((one) => one.title === title)
    return queriesOf(panel!).join('\n')
  }

  it('add up what each replica of order-api misses by itself', () => {
    expect(queryOf('orders', 'Missing accepted orders')).toMatch(/^sum\(accepted_orders_missing/)
  })

  it('show the share of time that one process collects garbage, however many there are', () => {
    expect(queryOf('services', 'Garbage collection')).toMatch(/^avg by \(service\) \(sum without \(kind\)/)
  })

  it('count dead notifications as not handed over, like the goal does', () => {
    expect(queryOf('notifications', 'Handed over in time')).toContain('outcome="dead"')
  })
})

describe('the check of rules', () => {
  const runbook = `# OutboxLagging

## Meaning

## Impact

## Diagnosis

\`\`\`promql
outbox_unsent
\`\`\`

## Mitigation

\`\`\`sh
true
\`\`\`
`
  const good: Rule = {
    alert: 'OutboxLagging',
    expr: 'outbox_unsent > 0',
    for: '1m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'S',
      description: 'D',
      runbook_url: 'https://github.com/comanda/comanda/blob/main/docs/runbooks/OutboxLagging.md',
    },
  }
  const tests = "name: 'fires' name: 'does not fire' name: 'resolves'"
  const lint = (rule: Rule, world: object = {}) =>
    lintRules([{ name: 'OutboxLagging', groups: [{ name: 'g', rules: [rule] }] }], {
      kindOf,
      runbooks: { OutboxLagging: runbook },
      tests: { OutboxLagging: tests },
      ...world,
    })

  it('finds nothing in an alert with all that belongs to it', () => {
    expect(lint(good)).toEqual([])
  })

  it.each<[string, Rule, object, string]>([
    ['a metric that does not exist', { ...good, expr: 'gone > 0' }, {}, 'asks for gone'],
    ['an alert without a runbook', good, { runbooks: {} }, 'has no runbook'],
    [
      'a runbook without an alert',
      good,
      { runbooks: { OutboxLagging: runbook, Old: runbook } },
      'runbook Old',
    ],
    [
      'a runbook that asks for what is gone',
      good,
      { runbooks: { OutboxLagging: runbook.replace('outbox_unsent', 'gone') } },
      'the runbook OutboxLagging asks for gone',
    ],
    ['an alert without tests', good, { tests: {} }, 'no promtool tests'],
    ['tests without a case', good, { tests: { OutboxLagging: "name: 'fires'" } }, 'does not fire'],
    ['an alert in the wrong file', { ...good, alert: 'Other' }, {}, 'stands in OutboxLagging.yml'],
    ['an unknown severity', { ...good, labels: { severity: 'page' } }, {}, 'severity'],
  ])('finds %s', (_, rule, world, finding) => {
    expect(lint(rule, world).join('\n')).toContain(finding)
  })
})
