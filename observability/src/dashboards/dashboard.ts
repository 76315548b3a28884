import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { DATA_SOURCE, panelOf } from './panel.js'
import type { PanelPlan } from './panel.js'

export interface DashboardPlan {
  /** Stays the same for ever: links and home pages use it. */
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelPlan[] }[]
}

/** Builds a dashboard with the choices that all of ours have: data source, namespace, service. */
export function dashboardOf(plan: DashboardPlan): Dashboard {
  const builder = new DashboardBuilder(`Comanda: ${plan.title}`)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['comanda'])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
      chosen(
        'namespace',
        'Namespace',
        'label_values(process_start_time_seconds{service=~"order-api|order-worker|notifier"}, namespace)',
      ),
      chosen(
        'service',
        'Service',
        'label_values(process_start_time_seconds{namespace=~"$namespace", service=~"order-api|order-worker|notifier"}, service)',
      ),
    ])
    .link(
      new DashboardLinkBuilder('Comanda')
        .type(DashboardLinkType.Dashboards)
        .tags(['comanda'])
        .includeVars(true)
        .keepTime(true),
    )
  for (const { title, panels } of plan.rows) {
    builder.withRow(new RowBuilder(title))
    for (const panel of panels) builder.withPanel(panelOf(panel))
  }
  return builder.build()
}

function chosen(name: string, label: string, query: string) {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: 'All', value: '$__all' })
}
