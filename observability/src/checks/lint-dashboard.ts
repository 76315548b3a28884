import type { Dashboard, Panel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard'
import { VariableRefresh, VariableType } from '@grafana/grafana-foundation-sdk/dashboard'
import { PromqlError, selectorsOf } from '../promql/selectors.js'
import type { KindOf } from './known-metrics.js'

export interface LintWorld {
  readonly kindOf: KindOf
  /** Alerts that have a runbook. */
  readonly runbooks: ReadonlySet<string>
  /** Histograms that lead to traces. */
  readonly traced: ReadonlySet<string>
}

const CHOICES = ['datasource', 'namespace', 'service']
const OVER_TIME = ['rate', 'irate', 'increase', 'resets', 'changes']

/**
 * Holds what Grafana's dashboard-linter asks for (https://github.com/grafana/dashboard-linter, its rules in brackets), and
 * that every metric exists. `job` and `instance` are `namespace` and `service` here. Returns one sentence a finding.
 */
export function lintDashboard(dashboard: Dashboard, world: LintWorld): readonly string[] {
  const findings: string[] = []
  const variables = dashboard.templating.list ?? []
  for (const name of CHOICES)
    if (!variables.some((variable) => variable.name === name)) findings.push(`has no variable ${name}`)
  findings.push(...variables.flatMap(lintVariable))
  // [uneditable-dashboard]
  if (dashboard.editable !== false) findings.push('can be edited where it is shown')
  const panels = panelsOf(dashboard)
  if (panels.length === 0) findings.push('has no panel')
  const titles = panels.map(({ title }) => title)
  for (const title of new Set(titles))
    if (titles.filter((other) => other === title).length > 1) findings.push(`has two panels "${title}"`)
  for (const panel of panels)
    findings.push(...lintPanel(panel, world).map((what) => `panel "${panel.title ?? ''}" ${what}`))
  return findings.map((what) => `dashboard "${dashboard.title ?? ''}" ${what}`)
}

/** The panels of a dashboard, those of closed rows included. */
export function panelsOf(dashboard: Dashboard): readonly Panel[] {
  return (dashboard.panels ?? []).flatMap((panel) =>
    panel.type === 'row' ? ((panel as { panels?: Panel[] }).panels ?? []) : [panel as Panel],
  )
}

/** The queries of a panel. */
export function queriesOf({ targets = [] }: Panel): readonly string[] {
  return targets.map((target) => (target as { expr?: string }).expr ?? '')
}

function lintVariable(variable: VariableModel): string[] {
  const { name, type, refresh, datasource, multi, allValue } = variable
  if (type === VariableType.Datasource)
    // [template-datasource-rule]
    return variable.query === 'prometheus' ? [] : [`variable ${name} is of another data source`]
  const findings: string[] = []
  // [template-on-time-change-reload-rule]
  if (refresh !== VariableRefresh.OnTimeRangeChanged)
    findings.push(`variable ${name} is not read again when the time changes`)
  // [template-job-rule, template-instance-rule]
  if (datasource?.uid !== '${datasource}') findings.push(`variable ${name} has a data source of its own`)
  if (multi !== true || allValue !== '.+') findings.push(`variable ${name} does not offer all of them`)
  return findings
}

function lintPanel(panel: Panel, world: LintWorld): string[] {
  const findings: string[] = []
  // [panel-title-description-rule]
  if ((panel.title ?? '') === '') findings.push('has no title')
  if ((panel.description ?? '') === '') findings.push('has no description')
  // [panel-units-rule]
  if ((panel.fieldConfig?.defaults.unit ?? '') === '') findings.push('has no unit')
  // [panel-datasource-rule]
  if (panel.datasource?.uid !== '${datasource}') findings.push('has a data source of its own')
  const links = panel.links ?? []
  if (links.length === 0) findings.push('leads to no runbook')
  for (const { title = '', url = '' } of links) {
    const runbook = /\/docs\/runbooks\/(\w+)\.md$/.exec(url)?.[1]
    if (runbook === undefined || (runbook !== 'README' && !world.runbooks.has(runbook)))
      findings.push(`links to "${title}", which is no runbook`)
  }
  // [panel-no-targets-rule]
  const queries = queriesOf(panel)
  if (queries.length === 0) findings.push('asks nothing')
  const found = queries.flatMap((expr) => lintQuery(expr, world))
  return [...findings, ...found, ...(found.length === 0 ? lintTraces(panel, world) : [])]
}

/** Lines of a histogram that leads to traces show where, and no others do. */
function lintTraces({ type, targets = [] }: Panel, { traced }: LintWorld): string[] {
  return targets.flatMap((target) => {
    const { expr = '', exemplar = false } = target as { expr?: string; exemplar?: boolean }
    const leads = selectorsOf(expr).some(({ metric }) => traced.has(metric.replace(/_bucket$/, '')))
    if (type === 'timeseries' && leads && !exemplar) return ['does not show the traces of its histogram']
    return exemplar && !leads ? ['wants traces of a metric that has none'] : []
  })
}

function lintQuery(expr: string, { kindOf }: LintWorld): string[] {
  try {
    return selectorsOf(expr).flatMap(({ metric, matchers, inside }) => {
      const findings: string[] = []
      if (kindOf(metric) === undefined) findings.push(`asks for ${metric}, which does not exist`)
      // [target-job-rule, target-instance-rule]
      for (const label of ['namespace', 'service'])
        if (!matchers.some((one) => one.label === label && one.op === '=~' && one.value === `$${label}`))
          findings.push(`asks for ${metric} of every ${label}`)
      // [target-counter-agg-rule]
      if (kindOf(metric) === 'counter' && !OVER_TIME.includes(inside ?? ''))
        findings.push(`shows the counter ${metric} as it stands`)
      return [...findings, ...lintRange(expr, inside)]
    })
  } catch (error) {
    // [target-promql-rule]
    if (error instanceof PromqlError) return [error.message]
    throw error
  }
}

/** [target-rate-interval-rule] A rate fits the picture; numbers over the whole range, and restarts, name their time. */
function lintRange(expr: string, inside: string | undefined): string[] {
  if (inside !== 'rate' && inside !== 'irate' && inside !== 'increase') return []
  const fixed = [...expr.matchAll(/\[([^\]\[]+)\]/g)].filter(
    ([, range]) => range !== '$__rate_interval' && range !== '$__range',
  )
  return fixed.map(([, range]) => `rates over ${range!} whatever is shown`)
}
